import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { commandIdPattern, parseCommand } from '../../../shared/incident/commands/parse.ts'
import {
  commands,
  isRoomCommand,
  isSystemCommand,
  type RoomCommandType,
  roomCommandTypes,
} from '../../../shared/incident/commands/registry.ts'
import { commandTitles } from '../../../shared/incident/commands/titles.ts'
import { commandSamples } from '../../helpers/command-samples.ts'

const id = 'command-1'
type Json = Record<string, unknown>

/** A JSON schema node, as far as these schemas use it. */
interface Node {
  type?: string
  properties?: Record<string, Node>
  required?: string[]
  anyOf?: Node[]
  oneOf?: Node[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  items?: Node
  maxItems?: number
}

const schemaOf = (type: RoomCommandType): Node => z.toJSONSchema(commands[type].schema) as Node
const branches = (node: Node): Node[] => node.anyOf ?? node.oneOf ?? [node]
const allows = (node: Node, type: string): boolean => branches(node).some((b) => b.type === type)

/** Values that a field must refuse, each with what is wrong. */
function wrongValues(node: Node): [what: string, value: unknown][] {
  const wrong: [string, unknown][] = []
  if (!allows(node, 'null')) wrong.push(['null', null])
  if (!allows(node, 'string') && !branches(node).some((b) => b.enum !== undefined))
    wrong.push(['text', 'x y'])
  if (!allows(node, 'integer') && !allows(node, 'number')) wrong.push(['a number', 5])
  if (!allows(node, 'array')) wrong.push(['a list', []])
  if (!allows(node, 'boolean')) wrong.push(['true', true])
  for (const branch of branches(node)) {
    if (branch.type === 'integer') wrong.push(['a fraction', 1.5], ['not finite', Number.POSITIVE_INFINITY])
    if (branch.minimum !== undefined) wrong.push(['too small', branch.minimum - 1])
    if (branch.exclusiveMinimum !== undefined) wrong.push(['too small', branch.exclusiveMinimum])
    if (branch.maximum !== undefined) wrong.push(['too large', branch.maximum + 1_000_000])
    if (branch.maxLength !== undefined) wrong.push(['too long', 'x'.repeat(branch.maxLength + 1)])
    if (branch.minLength !== undefined) wrong.push(['empty', ''])
    if (branch.pattern !== undefined) wrong.push(['not of its form', 'a b'], ['endless', 'x'.repeat(97)])
    if (branch.enum !== undefined) wrong.push(['none of them', 'something-else'])
    if (branch.maxItems !== undefined) wrong.push(['too many', Array(branch.maxItems + 1).fill('lee')])
  }
  return wrong
}

/** Every field of a schema with its path, nested ones too, and every wrong value of it. */
function cases(node: Node, path: string[] = []): { path: string[]; what: string; value: unknown }[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const here = [...path, name]
    const nested = branches(field).flatMap((b) => (b.type === 'object' ? cases(b, here) : []))
    const own = field.const === undefined ? wrongValues(field) : [['not it', 'nothing'] as const]
    const missing = (node.required ?? []).includes(name) ? [['missing', undefined] as const] : []
    return [...own, ...missing].map(([what, value]) => ({ path: here, what, value })).concat(nested)
  })
}

function put(sample: unknown, [first = '', ...rest]: string[], value: unknown): Json {
  const copy: Json = { ...(sample as Json) }
  if (rest.length > 0) copy[first] = put(copy[first], rest, value)
  else if (value === undefined) delete copy[first]
  else copy[first] = value
  return copy
}

describe('the registry', () => {
  it('has a valid sample for every command, and none else', () => {
    expect(Object.keys(commandSamples).sort()).toEqual([...roomCommandTypes].sort())
    for (const type of roomCommandTypes)
      expect(parseCommand(id, type, commandSamples[type])).toMatchObject({ ok: true, command: { id, type } })
  })

  it('has samples that fill every field', () => {
    for (const type of roomCommandTypes) {
      const fields = Object.keys(schemaOf(type).properties ?? {})
      expect([type, Object.keys(commandSamples[type] as Json).sort()]).toEqual([type, fields.sort()])
    }
  })

  it('knows Muster’s own commands, and says of each what it is', () => {
    expect(roomCommandTypes.filter(isSystemCommand)).toEqual(['clock.look', 'presence.note'])
    for (const type of roomCommandTypes) {
      expect(commandTitles[type]).toMatch(/^[A-Z]/)
      expect(commands[type].summary).toMatch(/^[A-Z].*\.$/)
    }
    for (const name of ['constructor', '__proto__', 'chat', '']) expect(isRoomCommand(name)).toBe(false)
  })
})

describe.each(roomCommandTypes)('%s', (type) => {
  const all = cases(schemaOf(type))

  it.each(all.map((c) => [c.path.join('.'), c.what, c] as const))('names %s when it is %s', (_f, _w, c) => {
    const parsed = parseCommand(id, type, put(commandSamples[type], c.path, c.value))
    if (parsed.ok) throw new Error(`accepted ${JSON.stringify(c.value)}`)
    // A wrong member of a list is named with its place.
    const field = c.path.join('.')
    expect(parsed.error.code).toBe('invalid')
    expect(parsed.error.field === field || parsed.error.field?.startsWith(`${field}.`)).toBe(true)
    expect(parsed.error.message).toMatch(/\S.*\.$/)
    expect(parsed.error.message).not.toContain('Invalid input')
  })

  it('names a field it does not have', () => {
    const parsed = parseCommand(id, type, put(commandSamples[type], ['colour'], 'red'))
    expect(parsed).toMatchObject({ ok: false, error: { code: 'invalid', field: 'colour' } })
  })

  it.each([
    ['text', 'x'],
    ['a number', 5],
    ['a list', [1]],
    ['true', true],
  ])('takes no %s as data', (_w, data) => {
    expect(parseCommand(id, type, data)).toMatchObject({ ok: false, error: { code: 'invalid' } })
  })

  it('does not read what it inherits', () => {
    const inherits = JSON.parse('{"__proto__": {"polluted": true}}')
    const parsed = parseCommand(id, type, inherits)
    if (parsed.ok) expect(Object.keys(parsed.command.data as Json)).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('the envelope', () => {
  it.each([[undefined], [5], ['short'], ['x'.repeat(65)], ['with space'], ['naïve-id']])(
    'refuses the id %j',
    (bad) => {
      expect(parseCommand(bad, 'chat.send', { text: 'x' })).toMatchObject({
        ok: false,
        error: { code: 'invalid', field: 'id' },
      })
    },
  )

  it.each([[undefined], [5], ['chat.shout'], ['incident.declare'], ['toString']])(
    'knows no command %j',
    (bad) => {
      expect(parseCommand(id, bad, {})).toMatchObject({
        ok: false,
        error: { code: 'unknown-command', field: 'type' },
      })
    },
  )

  it('takes missing data as none', () => {
    expect(parseCommand(id, 'incident.respond', undefined).ok).toBe(true)
    expect(parseCommand(id, 'incident.respond', null).ok).toBe(true)
    expect(parseCommand(id, 'chat.send', undefined)).toMatchObject({ ok: false, error: { field: 'text' } })
  })

  it('lets through the ids that clients make', () => {
    expect('b4f2c1d0-6d7e-4c39-9f0a-1c2d3e4f5a6b').toMatch(commandIdPattern)
  })
})
