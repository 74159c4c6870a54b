import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../shared/incident/actor.ts'
import { isSystemCommand, roomCommandTypes } from '../../../shared/incident/commands/registry.ts'
import {
  type Action,
  permitted,
  policyTable,
  type Requirement,
} from '../../../shared/incident/permissions.ts'

const here = { id: 'here' }
const actors = {
  administrator: { kind: 'person', id: 'a', role: 'administrator' },
  responder: { kind: 'person', id: 'r', role: 'responder' },
  viewer: { kind: 'person', id: 'v', role: 'viewer' },
  'guest who responds': {
    kind: 'person',
    id: 'g',
    role: 'guest',
    scope: { incidentId: 'here', role: 'responder' },
  },
  'guest who reads': {
    kind: 'person',
    id: 'h',
    role: 'guest',
    scope: { incidentId: 'here', role: 'viewer' },
  },
  'guest of elsewhere': {
    kind: 'person',
    id: 'e',
    role: 'guest',
    scope: { incidentId: 'there', role: 'responder' },
  },
  'guest without a link': { kind: 'person', id: 'n', role: 'guest' },
  automation: { kind: 'automation', id: 'root', role: 'administrator' },
  system: { kind: 'system', id: 'system' },
} as const satisfies Record<string, Actor>

/** Who may do what, in full: one row a persona, in this order of columns. */
const columns = ['read', 'respond', 'declare', 'list', 'administer', 'system'] as const
const matrix: Record<keyof typeof actors, readonly boolean[]> = {
  administrator: [true, true, true, true, true, false],
  responder: [true, true, true, true, false, false],
  viewer: [true, false, false, true, false, false],
  'guest who responds': [true, true, false, false, false, false],
  'guest who reads': [true, false, false, false, false, false],
  'guest of elsewhere': [false, false, false, false, false, false],
  'guest without a link': [false, false, false, false, false, false],
  automation: [true, true, true, true, true, false],
  system: [true, true, true, true, true, true],
}
/** Actions in which somebody's rights differ from their column. */
const exceptions: Partial<Record<keyof typeof actors, (action: Action) => boolean | undefined>> = {
  'guest who responds': (a) => (a === 'links.manage' ? false : undefined),
  'guest of elsewhere': (a) => (a === 'playbooks.read' ? true : undefined),
  automation: (a) => (a.startsWith('role.') ? false : undefined),
}

const actions = Object.keys(policyTable).filter(isAction)

describe('the policy', () => {
  it('has a row for every command and for no other', () => {
    const others = actions.filter((a) => !roomCommandTypes.some((type) => type === a))
    expect(others.sort()).toEqual([
      'clock.advance',
      'document.read',
      'document.write',
      'incident.declare',
      'incident.read',
      'incidents.list',
      'links.manage',
      'numbers.read',
      'people.list',
      'people.manage',
      'playbooks.edit',
      'playbooks.export',
      'playbooks.read',
      'presence.see',
      'walls.manage',
    ])
    for (const type of roomCommandTypes) expect(actions).toContain(type)
  })

  it('asks of each action what it should', () => {
    const needs = (need: Requirement) => actions.filter((a) => policyTable[a] === need).sort()
    expect(needs('read')).toEqual(['document.read', 'incident.read', 'playbooks.read', 'presence.see'])
    expect(needs('declare')).toEqual(['incident.declare'])
    expect(needs('list')).toEqual(['incidents.list', 'people.list'])
    expect(needs('administer')).toEqual(['clock.advance', 'people.manage', 'playbooks.edit', 'walls.manage'])
    expect(needs('system')).toEqual(roomCommandTypes.filter(isSystemCommand).sort())
    expect(needs('respond')).toEqual(
      [
        ...roomCommandTypes.filter((t) => !isSystemCommand(t)),
        'document.write',
        'links.manage',
        'playbooks.export',
        'numbers.read',
      ].sort(),
    )
  })

  describe.each(entries(actors))('%s', (name, actor) => {
    it.each(actions)('%s', (action) => {
      const usual = matrix[name][columns.indexOf(policyTable[action])]
      const expected = exceptions[name]?.(action) ?? usual
      const verdict = permitted(actor, action, here)
      expect(verdict.allow).toBe(expected)
      if (!verdict.allow) expect(verdict.reason).toMatch(/^[A-Z].*\.$/)
    })
  })

  it('gives a guest nothing without saying in which incident', () => {
    const guest = actors['guest who responds']
    for (const action of actions) expect(permitted(guest, action).allow).toBe(action === 'playbooks.read')
    expect(permitted(guest, 'incident.read', { id: 'there' }).allow).toBe(false)
  })

  it.each(['constructor', 'toString', '__proto__', 'incident.delete'])(
    'denies what it does not know: %s',
    (name) => {
      for (const actor of Object.values(actors)) {
        // @ts-expect-error: no such action
        const verdict = permitted(actor, name, here)
        expect(verdict.allow).toBe(false)
      }
    },
  )
})

function isAction(name: string): name is Action {
  return Object.hasOwn(policyTable, name)
}

function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][]
}
