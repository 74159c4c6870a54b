import { describe, expect, it } from 'vitest'
import { readPlanCondition } from '../../../shared/playbook/plan-condition-form.ts'
import { asIfSet, evaluatePlan, type PlanFacts, trueFrom } from '../../../shared/playbook/plan-conditions.ts'
import type { Path } from '../../../shared/playbook/problems.ts'

const minute = 60_000
const read = (value: unknown) => {
  const problems: string[] = []
  const report = (path: Path, message: string, expected: string) =>
    problems.push(`${path.join('.')}: ${message} (expected ${expected})`)
  return { condition: readPlanCondition(value, [], report), problems }
}
const condition = (value: unknown) => {
  const { condition: one, problems } = read(value)
  expect(problems).toEqual([])
  return one
}

const plan = (over: Partial<PlanFacts> = {}): PlanFacts => ({
  facts: { severity: 'A', status: 'investigating', flags: {}, open: true, acknowledged: false },
  baseAt: (base) => (base.kind === 'moment' && base.moment === 'alert_fired' ? 0 : undefined),
  heldSince: () => undefined,
  firstResponder: null,
  ...over,
})

describe('waiting', () => {
  it('fires at the mark for gte and just after it for gt', () => {
    const at = (bound: string) => condition({ since: { event: 'alert_fired', [bound]: '30m' } })
    expect(trueFrom(at('gte'), plan(), 0)).toBe(30 * minute)
    expect(trueFrom(at('gt'), plan(), 0)).toBe(30 * minute + 1)
    expect(evaluatePlan(at('gt'), plan(), 30 * minute)).toBe('false')
  })

  it('never comes before what is asked from, and at once when the mark lies behind', () => {
    expect(trueFrom(condition({ since: { event: 'alert_fired', gte: '5m' } }), plan(), 9 * minute)).toBe(
      9 * minute,
    )
  })

  it('waits for the later of two marks, and for the earlier of either', () => {
    const five = { since: { event: 'alert_fired', gte: '5m' } }
    const ten = { since: { event: 'alert_fired', gte: '10m' } }
    expect(trueFrom(condition({ all: [five, ten] }), plan(), 0)).toBe(10 * minute)
    expect(trueFrom(condition({ any: [ten, five] }), plan(), 0)).toBe(5 * minute)
    expect(
      trueFrom(
        condition({ all: [ten, { not: { since: { event: 'alert_fired', gte: '20m' } } }] }),
        plan(),
        21 * minute,
      ),
    ).toBeNull()
  })

  it('counts the continuous stretch of a flag (S18)', () => {
    const down = condition({ held: { flag: 'down', gt: '1h' } })
    expect(trueFrom(down, plan({ heldSince: () => 50 * minute }), 55 * minute)).toBe(110 * minute + 1)
    expect(trueFrom(down, plan(), 200 * minute)).toBeNull()
  })
})

describe('what nobody stated', () => {
  const unset = condition({
    any: [{ manual: true }, { since: { event: 'alert_fired', gte: { unset: true } } }],
  })

  it('never fires, however long one waits', () => {
    expect(trueFrom(unset, plan(), 1e12)).toBeNull()
    expect(evaluatePlan(unset, plan(), 1e12)).toBe('unknown')
  })

  it('is told apart from what cannot come true at all', () => {
    expect(trueFrom(asIfSet(unset), plan(), 0)).toBe(0)
    const closed = condition({
      all: [{ open: false }, { since: { event: 'alert_fired', gte: { unset: true } } }],
    })
    expect(trueFrom(asIfSet(closed), plan(), 0)).toBeNull()
  })

  it('of the first responder is unknown until somebody says so', () => {
    const lead = condition({ firstResponder: 'lead' })
    expect(evaluatePlan(lead, plan(), 0)).toBe('unknown')
    expect(evaluatePlan(lead, plan({ firstResponder: 'lead' }), 0)).toBe('true')
    expect(evaluatePlan(lead, plan({ firstResponder: 'other' }), 0)).toBe('false')
  })

  it('of a flag nobody answered neither fires nor forbids', () => {
    const flag = condition({ flag: 'x' })
    expect(evaluatePlan(flag, plan(), 0)).toBe('unknown')
    expect(evaluatePlan({ kind: 'not', of: flag }, plan(), 0)).toBe('unknown')
  })
})

describe('faults in the file', () => {
  it.each([
    ['a text', 'soon', ': is "soon", not a condition'],
    ['two keys', { open: true, manual: true }, ': has 2 keys, not one condition'],
    ['an empty list', { all: [] }, 'all: is a list'],
    ['an unknown event', { since: { event: 'lunch', gte: '5m' } }, 'since.event: is "lunch"'],
    [
      'a mark without figure',
      { since: { event: 'declared' } },
      'since: is a group of keys, not a mark in time',
    ],
    ['a negative figure', { held: { flag: 'x', gt: '-5m' } }, 'held.gt: "-5m" is negative'],
    ['an unknown key', { moon: 'full' }, 'moon: unknown condition "moon"'],
  ])('%s is told with its place', (_what, value, told) => {
    expect(read(value).problems[0]).toContain(told)
  })
})
