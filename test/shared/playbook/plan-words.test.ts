import { describe, expect, it } from 'vitest'
import { noParts } from '../../../shared/playbook/parts/index.ts'
import { targetsWords, targetWords } from '../../../shared/playbook/parts/target-words.ts'
import { readPlanCondition } from '../../../shared/playbook/plan-condition-form.ts'
import { type PlanVocabulary, planWords, restsOnUnset } from '../../../shared/playbook/plan-words.ts'

const playbook: PlanVocabulary = {
  ...noParts,
  flags: [{ id: 'seen', question: 'Do customers notice it?', src: [] }],
  statusLabels: {},
  roles: [],
  contacts: [
    { id: 'cto', position: 'CTO', kind: 'person', ways: [], src: [] },
    { id: 'vp', position: 'VP Engineering', kind: 'person', ways: [], src: [] },
  ],
  teams: [
    {
      id: 'web',
      label: 'Web',
      tiers: [{ id: 'primary', label: 'Primary', contact: 'cto', src: [] }],
      components: [],
      coverage: 'always',
      src: [],
    },
  ],
}
const read = (form: unknown) =>
  readPlanCondition(form, [], (path, message) => {
    throw new Error(`${path.join('.')} ${message}`)
  })
const words = (form: unknown) => planWords(read(form), playbook)

describe('conditions of a plan in words', () => {
  it.each([
    [{ since: { event: 'alert_fired', gte: '0m' } }, 'at once'],
    [{ since: { event: 'alert_fired', gte: '30m' } }, '30 min after the alert'],
    [{ since: { event: 'declared', gt: '1h' } }, 'more than 1 h after it was declared'],
    [{ since: { event: 'previous', gte: '10m' } }, '10 min after the step before'],
    [
      { since: { event: 'previous', gte: { unset: true } } },
      'after a time nobody stated, counted from the step before',
    ],
    [
      { since: { event: 'alert_fired', gte: { assumed: '5m', why: 'evenly spaced' } } },
      '5 min (assumed) after the alert',
    ],
    [
      { held: { flag: 'seen', gt: '4h' } },
      'when “Do customers notice it?” has stood at yes for more than 4 h',
    ],
    [{ manual: true }, 'when somebody presses it'],
    [{ firstResponder: 'cto' }, 'when CTO answered first'],
    [
      {
        all: [
          { open: true },
          { severity: ['S1'] },
          { flag: 'seen' },
          { since: { event: 'alert_fired', gte: '60m' } },
        ],
      },
      '1 h after the alert, while open, for S1, if “Do customers notice it?” is yes',
    ],
    [
      {
        all: [
          { open: true },
          {
            any: [
              { severity: ['S1'] },
              { all: [{ acked: false }, { since: { event: 'declared', gte: '5m' } }] },
            ],
          },
        ],
      },
      'while open, either for S1 or 5 min after it was declared, while nobody has acknowledged',
    ],
    [{ any: [{ severity: ['S1', 'S2'] }, { manual: true }] }, 'for S1 or S2; or when somebody presses it'],
    [{ not: { flag: 'seen' } }, 'not if “Do customers notice it?” is yes'],
  ])('%j', (form, expected) => {
    expect(words(form)).toBe(expected)
  })

  it('names the step that is waited for', () => {
    const condition = read({ since: { event: 'step:one', gte: '5m' } })
    const one = { id: 'one', label: 'The lead', to: [], all: false, when: condition, via: [], src: [] }
    expect(planWords(condition, playbook, { steps: [one] })).toBe('5 min after “The lead”')
  })

  it('knows what rests on a figure nobody stated', () => {
    expect(
      restsOnUnset(read({ any: [{ manual: true }, { held: { flag: 'seen', gte: { unset: true } } }] })),
    ).toBe(true)
    expect(restsOnUnset(read({ since: { event: 'previous', gte: '1m' } }))).toBe(false)
  })

  it('says who is meant', () => {
    // The only team is the one that is paged, and its contact is known.
    expect(targetWords({ oncall: 'paged', tier: 'primary' }, playbook)).toBe('CTO')
    const [web] = playbook.teams
    const teams = web === undefined ? [] : [web, { ...web, id: 'api', label: 'API' }]
    expect(targetWords({ oncall: 'paged', tier: 'primary' }, { ...playbook, teams })).toBe(
      'the primary on call of the paged team',
    )
    expect(targetWords({ leadOf: 'web' }, playbook)).toBe('the lead of Web')
    expect(targetWords({ anyOf: [{ contact: 'vp' }, { contact: 'cto' }] }, playbook)).toBe(
      'VP Engineering or CTO',
    )
    expect(targetWords({ contact: 'gone' }, playbook)).toBe('gone')
    expect(targetsWords([{ expertFor: 'affected' }, { contact: 'cto' }], true, playbook)).toBe(
      'The domain expert and CTO',
    )
  })
})
