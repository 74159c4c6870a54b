import { describe, expect, it } from 'vitest'
import { timeOf } from '../../../client/components/room/ladder-layout.ts'
import { laddersOf } from '../../../client/views/playbook/ladders.ts'
import { shipped } from '../../helpers/shipped.ts'

const minute = 60_000

/** What is drawn of a path: for whom, and of each step its minute, or why it has none. */
function drawn(name: string, ...paths: string[]) {
  return laddersOf(shipped(name), paths).map(({ severities, steps, base, asIf }) => ({
    for: severities.map(({ key }) => key).join(' '),
    steps: steps.map((step) => {
      const at = timeOf(step)
      return `${step.step.id} ${at === null ? step.standing.kind : (at - base) / minute}`
    }),
    asIf: asIf.length,
  }))
}

describe('the ladder of a playbook page', () => {
  it('stands at the minutes of the document, once for all severities it is the same for (AP-09 to AP-12)', () => {
    const [gravest, ...others] = drawn('agent-platform', 'no-answer')
    expect(gravest?.for).toBe('P0')
    expect(others.map((one) => one.for)).toEqual(['P1 P2 P3'])
    expect(others[0]?.steps.slice(0, 3).map((step) => step.split(' ')[1])).toEqual(['0', '5', '10'])
  })

  it('takes what it would have to ask as answered with yes, and says so (FA-18)', () => {
    const [worst] = drawn('freeagentics', 'levels')
    expect(worst).toEqual({ for: 'SEV-1', steps: ['l1 0', 'l2 15', 'l3 30', 'l4 60'], asIf: 1 })
  })

  it('draws paths of one step together, and gives none a time that hangs on several questions (AF-56 to AF-58)', () => {
    expect(drawn('agent-factory', 'engineering-lead', 'cto', 'ceo')[0]).toEqual({
      for: 'P0',
      steps: ['engineering-lead 30', 'cto 60', 'ceo asks'],
      asIf: 0,
    })
  })

  it('draws nothing where no time is stated, or nobody waits', () => {
    expect(drawn('agent-network', 'none')).toEqual([])
  })
})
