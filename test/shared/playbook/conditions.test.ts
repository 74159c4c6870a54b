import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConditionFacts, evaluate, flagsOf, type Truth } from '../../../shared/playbook/conditions.ts'
import { type Condition, statuses } from '../../../shared/playbook/model.ts'

const facts: ConditionFacts = {
  severity: 'SEV-1',
  status: 'investigating',
  flags: { yes: 'yes', no: 'no', asked: 'unknown' },
  open: true,
  acknowledged: false,
}
const t: Condition = { kind: 'flag', id: 'yes' }
const f: Condition = { kind: 'flag', id: 'no' }
const u: Condition = { kind: 'flag', id: 'asked' }

describe('truth tables', () => {
  it.each<[Condition, Condition, Truth, Truth]>([
    [t, t, 'true', 'true'],
    [t, f, 'false', 'true'],
    [f, t, 'false', 'true'],
    [f, f, 'false', 'false'],
    [t, u, 'unknown', 'true'],
    [u, t, 'unknown', 'true'],
    [f, u, 'false', 'unknown'],
    [u, f, 'false', 'unknown'],
    [u, u, 'unknown', 'unknown'],
  ])('%j with %j: all %s, any %s', (a, b, all, any) => {
    expect(evaluate({ kind: 'all', of: [a, b] }, facts)).toBe(all)
    expect(evaluate({ kind: 'any', of: [a, b] }, facts)).toBe(any)
  })

  it('negates what is known and leaves the unknown', () => {
    expect([t, f, u].map((of) => evaluate({ kind: 'not', of }, facts))).toEqual(['false', 'true', 'unknown'])
  })

  it('all of nothing is true, any of nothing is false', () => {
    expect(evaluate({ kind: 'all', of: [] }, facts)).toBe('true')
    expect(evaluate({ kind: 'any', of: [] }, facts)).toBe('false')
  })
})

describe('what is asked of the incident', () => {
  const severe: Condition = { kind: 'severity', keys: ['SEV-1', 'SEV-2'] }

  it('a severity nobody set is unknown, also negated', () => {
    expect(evaluate(severe, facts)).toBe('true')
    expect(evaluate(severe, { ...facts, severity: 'SEV-3' })).toBe('false')
    expect(evaluate(severe, { ...facts, severity: null })).toBe('unknown')
    expect(evaluate({ kind: 'not', of: severe }, { ...facts, severity: null })).toBe('unknown')
  })

  it('a flag nobody was asked about is unknown, whatever its name', () => {
    for (const id of ['never-asked', 'constructor', '__proto__', 'toString'])
      expect(evaluate({ kind: 'flag', id }, facts)).toBe('unknown')
  })

  it('status, open and acknowledged are always known', () => {
    expect(evaluate({ kind: 'status', statuses: ['mitigating', 'investigating'] }, facts)).toBe('true')
    expect(evaluate({ kind: 'status', statuses: ['mitigating'] }, facts)).toBe('false')
    expect(evaluate({ kind: 'open', is: true }, facts)).toBe('true')
    expect(evaluate({ kind: 'open', is: false }, facts)).toBe('false')
    expect(evaluate({ kind: 'acknowledged', is: false }, facts)).toBe('true')
    expect(evaluate({ kind: 'acknowledged', is: true }, facts)).toBe('false')
  })

  it('tells which flags would have to be answered', () => {
    expect(
      flagsOf({ kind: 'any', of: [severe, t, { kind: 'not', of: u }, { kind: 'all', of: [t, f] }] }),
    ).toEqual(['yes', 'asked', 'no'])
  })
})

describe('unknown behaves like "could still be either"', () => {
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.constantFrom('a', 'b', 'c').map((id): Condition => ({ kind: 'flag', id })),
    fc.subarray(['X', 'Y', 'Z'], { minLength: 1 }).map((keys): Condition => ({ kind: 'severity', keys })),
    fc
      .subarray([...statuses], { minLength: 1 })
      .map((some): Condition => ({ kind: 'status', statuses: some })),
    fc.boolean().map((is): Condition => ({ kind: 'open', is })),
    fc.boolean().map((is): Condition => ({ kind: 'acknowledged', is })),
  )
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.record({ kind: fc.constantFrom('all', 'any'), of: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('not'), of: tie('condition') }),
    ) as fc.Arbitrary<Condition>,
  }))
  const answer = fc.constantFrom('yes', 'no', 'unknown')
  const someFacts: fc.Arbitrary<ConditionFacts> = fc.record({
    severity: fc.constantFrom('X', 'Y', 'Z', null),
    status: fc.constantFrom(...statuses),
    flags: fc.record({ a: answer, b: answer, c: answer }),
    open: fc.boolean(),
    acknowledged: fc.boolean(),
  })

  /** Every way the unknowns of `known` could turn out. */
  function outcomes(known: ConditionFacts): ConditionFacts[] {
    let all: ConditionFacts[] =
      known.severity === null ? ['X', 'Y', 'Z'].map((severity) => ({ ...known, severity })) : [known]
    for (const [id, value] of Object.entries(known.flags)) {
      if (value !== 'unknown') continue
      all = all.flatMap((one) => [
        { ...one, flags: { ...one.flags, [id]: 'yes' as const } },
        { ...one, flags: { ...one.flags, [id]: 'no' as const } },
      ])
    }
    return all
  }

  it('a known answer never changes when an unknown is answered, and with no unknowns there is an answer', () => {
    fc.assert(
      fc.property(condition, someFacts, (one, known) => {
        const now = evaluate(one, known)
        for (const later of outcomes(known)) {
          const then = evaluate(one, later)
          expect(then).not.toBe('unknown')
          if (now !== 'unknown') expect(then).toBe(now)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('forgetting an answer never turns true into false or false into true', () => {
    fc.assert(
      fc.property(condition, someFacts, fc.constantFrom('a', 'b', 'c'), (one, known, id) => {
        const before = evaluate(one, known)
        const after = evaluate(one, { ...known, flags: { ...known.flags, [id]: 'unknown' } })
        expect([before, 'unknown']).toContain(after)
      }),
      { numRuns: 300 },
    )
  })
})
