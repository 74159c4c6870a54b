import { describe, expect, it } from 'vitest'
import { consequencesOf } from '../../../client/views/declare/consequences.ts'
import { shipped } from '../../helpers/shipped.ts'

const minute = 60_000

describe('what follows from declaring, told before', () => {
  const calls = (name: string, severity: string | null, flags = {}) =>
    consequencesOf(shipped(name), severity, null, flags).calls.map(
      ({ id, afterMs, condition }) => `${id} ${afterMs / minute} ${condition ?? 'at once'}`,
    )

  it('says who is called when, the last only if customers notice it (FA-15 to FA-18)', () => {
    const levels = [
      'call:levels/l1 0 at once',
      'call:levels/l2 15 if still open',
      'call:levels/l3 30 if still open',
    ]
    expect(calls('freeagentics', 'SEV-1')).toEqual(levels)
    expect(calls('freeagentics', 'SEV-1', { customer_facing: 'yes' })).toEqual([
      ...levels,
      'call:levels/l4 60 if still open',
    ])
  })

  it('says whose turn ends when somebody acknowledges', () => {
    expect(calls('agent-platform', null).filter((call) => call.endsWith('if not acknowledged'))).not.toEqual(
      [],
    )
  })

  it('leaves out answers to questions that this playbook does not ask', () => {
    expect(calls('freeagentics', 'SEV-1', { of_another: 'yes' })).toHaveLength(3)
  })
})
