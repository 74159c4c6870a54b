import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { config } from 'zod/mini'
import { playbookJsonSchema } from '../../../shared/playbook/json-schema.ts'
import { sample } from './sample.ts'

// The whole of zod sets English error sentences, and more, for every file of this worker; all of it is taken back.
const before = { ...config() }
const { fromJSONSchema } = await import('zod')
/** Read by a reader of JSON Schema, not by the schema it was made from. */
const schema = fromJSONSchema(JSON.parse(JSON.stringify(playbookJsonSchema())))
const foreign = Object.keys(config()).filter((key) => !Object.hasOwn(before, key))
for (const key of foreign) Reflect.deleteProperty(config(), key)
Object.assign(config(), before)
const fits = (text: string) => schema.safeParse(parse(text)).success

describe('the JSON Schema of a playbook', () => {
  it.each(['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network'])(
    'takes %s',
    (name) => {
      expect(fits(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'))).toBe(true)
    },
  )

  it('leaves the sentences of errors to the other files as they were', () => {
    fits(sample)
    expect({ ...config() }).toEqual(before)
  })

  it('is the file that editors read', () => {
    const written = JSON.parse(readFileSync('docs/playbook.schema.json', 'utf8'))
    expect(written, 'run: npx tsx scripts/playbook-schema.ts').toEqual(
      JSON.parse(JSON.stringify(playbookJsonSchema())),
    )
  })

  it.each([
    ['the sample itself', 'title: Sample playbook', 'title: Sample', true],
    ['an unknown key', 'title: Sample playbook', 'title: Sample\ncolour: red', false],
    ['a missing key', 'product: Sample\n', '', false],
    ['a duration below zero', 'target: 5m', 'target: -5m', false],
    ['a number without a unit', 'target: 5m', 'target: 5', false],
    ['a figure of ours without a reason', 'target: 5m', 'target: {assumed: 5m}', false],
    ['a figure of ours', 'target: 5m', 'target: {assumed: 5m, why: so}', true],
    ['an unknown status', 'status: [mitigating]', 'status: [fighting]', false],
    ['an unknown condition', '{flag: harmless}', '{flog: harmless}', false],
    ['an unknown moment', 'until: acknowledged', 'until: lunch', false],
    ['an id with capitals', 'id: sample', 'id: Sample', false],
    ['a window', 'window: {from: 0m, to: 15m}', 'window: soon', false],
    ['an empty text', 'title: Sample playbook', 'title: ""', false],
  ])('%s', (_what, from, to, expected) => {
    const text = sample.replace(from, to)
    expect(text).not.toBe(sample)
    expect(fits(text)).toBe(expected)
  })

  it('knows the leaves of the parts: zones, days, hours, addresses, plan conditions', () => {
    const more = (part: string) => fits(`${sample}${part}\n`)
    const office = (zone: string, week: string) =>
      more(`calendars:\n  - {id: office, label: Office, zone: ${zone}, week: ${week}, holidays: []}`)
    expect(office('Europe/London', "{mon-fri: '09:00-17:00'}")).toBe(true)
    expect(office('{unset: true}', '{unset: true}')).toBe(true)
    expect(office('5', '{unset: true}')).toBe(false)
    const step = (when: string) =>
      more(
        `escalation: {paths: [{id: p, label: P, steps: [{id: s, label: S, to: [{contact: c}], when: ${when}}]}]}`,
      )
    expect(
      step('{any: [{manual: true}, {since: {event: alert_fired, gte: 5m}}, {held: {flag: f, gt: 1h}}]}'),
    ).toBe(true)
    expect(step('{since: {event: alert_fired}}')).toBe(false)
    expect(step('{since: {event: alert_fired, gte: 5}}')).toBe(false)
  })
})
