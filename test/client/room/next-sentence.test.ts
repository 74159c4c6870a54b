import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callStandsUntil, nextThing } from '../../../client/components/room/next-sentence.ts'
import { deadlines } from '../../../shared/incident/deadlines.ts'
import { escalationPlan } from '../../../shared/incident/escalation/plan.ts'
import { noEscalation } from '../../../shared/incident/escalation/state.ts'
import { openBeforeClosing } from '../../../shared/incident/gates.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'

const loaded = loadPlaybook(readFileSync('shared/playbooks/freeagentics.yaml', 'utf8'), 'freeagentics.yaml')
if (!loaded.ok) throw new Error('The playbook does not load.')
const { playbook } = loaded

const t0 = Date.parse('2026-11-21T14:00:00Z')
const minute = 60_000

const bare: IncidentState = {
  seq: 1,
  at: t0,
  key: 'K7QF',
  title: 'API down',
  playbook: { id: playbook.id, hash: 'h', version: 1 },
  severity: { key: 'SEV-1', at: t0, by: 'maya' },
  status: { value: 'investigating', at: t0, by: 'maya' },
  reached: ['SEV-1'],
  resolution: null,
  falsePositive: false,
  duplicateOf: null,
  links: [],
  spells: [],
  declaredBy: 'maya',
  times: { declared: t0 },
  components: [],
  flags: {},
  answers: {},
  roles: {},
  tasks: {},
  addedTasks: 0,
  bridge: null,
  clocks: {},
  escalation: noEscalation,
  phases: {},
  procedures: {},
  runbooks: {},
  followUps: [],
  facts: {},
  updates: {},
  joined: [],
  counts: { chat: 0, entries: 0 },
}
const met = { met: { at: t0 + minute, dueAt: t0 + 5 * minute, late: false, overMs: 0 }, passed: [] }
const acknowledged: IncidentState = {
  ...bare,
  times: { ...bare.times, acknowledged: t0 + minute },
  clocks: { ack: met },
}
const commanded: IncidentState = {
  ...acknowledged,
  roles: {
    [playbook.roles.find((r) => r.kind === 'commander')?.id ?? '']: {
      holder: { person: 'priya', since: t0 },
    },
  },
}
const names: Record<string, string> = { maya: 'Maya', priya: 'Priya' }
const next = (state: IncidentState, now: number, me = 'maya') =>
  nextThing({
    state,
    playbook,
    deadlines: deadlines(state, playbook),
    plan: [],
    left: openBeforeClosing(state, playbook),
    now,
    me,
    nameOf: (id) => names[id] ?? id,
  })

describe('the next sentence', () => {
  it('speaks of a timer only once it rang, and leads to its task', () => {
    const timed = (ms: number): IncidentState => ({
      ...commanded,
      times: { ...commanded.times, first_action: t0 },
      clocks: { ...commanded.clocks, response: met },
      tasks: {
        'investigation/resources': {
          timer: { ms, repeats: false, at: t0, by: 'priya' },
          assignee: { kind: 'person', id: 'maya' },
        },
      },
    })
    expect(next(timed(3 * minute), t0 + 2 * minute).act).not.toMatchObject({ kind: 'see-task' })
    expect(next(timed(3 * minute), t0 + 3 * minute)).toMatchObject({
      text: 'resource use checked, by you.',
      detail: 'Its timer rang at 14:03 UTC.',
      act: { kind: 'see-task', task: 'investigation/resources' },
    })
  })

  it('speaks of a task that is due again before it is due, with when', () => {
    const again: IncidentState = {
      ...commanded,
      times: { ...commanded.times, first_action: t0 },
      clocks: { ...commanded.clocks, response: met },
      tasks: {
        'investigation/resources': { timer: { ms: 5 * minute, repeats: true, at: t0, by: 'priya' } },
      },
    }
    expect(next(again, t0 + 2 * minute)).toMatchObject({
      detail: 'Due at 14:05 UTC.',
      act: { kind: 'see-task', task: 'investigation/resources' },
    })
    expect(next(again, t0 + 6 * minute).detail).toBe('Was due at 14:05 UTC.')
  })

  it('asks for the acknowledgement first, with its time', () => {
    expect(next(bare, t0)).toEqual({
      text: 'acknowledge. Nobody has yet.',
      detail: 'Due at 14:05 UTC.',
      act: { kind: 'acknowledge' },
    })
    expect(next(bare, t0 + 6 * minute).detail).toBe('Was due at 14:05 UTC.')
  })

  it('puts a person who waits for an answer before every clock', () => {
    const role = playbook.roles.find((r) => r.kind === 'scribe')?.id ?? ''
    const offered: IncidentState = {
      ...bare,
      roles: { [role]: { holder: null, offer: { to: 'maya', by: 'priya', at: t0 } } },
    }
    expect(next(offered, t0)).toMatchObject({
      text: 'Priya offers you Scribe.',
      act: { kind: 'accept-role', role },
    })
    expect(next(offered, t0, 'priya').act).toEqual({ kind: 'acknowledge' })
    const wanted: IncidentState = {
      ...bare,
      roles: {
        [role]: { holder: { person: 'maya', since: t0 }, request: { by: 'priya', at: t0 } },
      },
    }
    expect(next(wanted, t0).act).toEqual({ kind: 'answer-request', role, by: 'priya' })
  })

  it('asks for a commander next', () => {
    expect(next(acknowledged, t0 + 2 * minute)).toMatchObject({
      text: 'take command.',
      act: { kind: 'take-role' },
    })
  })

  it('asks for a severity where none is set', () => {
    expect(next({ ...commanded, severity: null }, t0 + 2 * minute)).toEqual({
      text: 'choose a severity, by Priya.',
      detail: 'None is set. The response time follows from it.',
      act: { kind: 'choose-severity' },
    })
  })

  it('names the most urgent clock and who owes it', () => {
    const thing = next(commanded, t0 + 2 * minute)
    expect(thing.text).toBe('respond, by Priya.')
    expect(thing.detail).toBe('Due at 14:15 UTC.')
    expect(next(commanded, t0 + 2 * minute, 'priya').text).toBe('respond, by you.')
  })

  it('offers to write the update that is owed', () => {
    const responded: IncidentState = {
      ...commanded,
      times: { ...commanded.times, first_action: t0 + 2 * minute },
      clocks: { ack: met, response: met },
    }
    expect(next(responded, t0 + 70 * minute)).toEqual({
      text: 'update to customers, by Priya.',
      detail: 'Was due at 15:00 UTC.',
      act: { kind: 'write-update', audience: 'customers' },
    })
  })

  it('says who is asked for a role and until when, and then that it may be taken', () => {
    const role = playbook.roles.find((r) => r.kind === 'commander')?.id ?? ''
    const asked: IncidentState = {
      ...commanded,
      roles: {
        [role]: { holder: { person: 'priya', since: t0 }, request: { by: 'maya', at: t0 + 2 * minute } },
      },
    }
    expect(next(asked, t0 + 2 * minute)).toEqual({
      text: 'Priya answers you about Incident Commander.',
      detail: 'Until 14:02:30 UTC.',
      act: null,
    })
    expect(next(asked, t0 + 2.5 * minute - 1).act).toBeNull()
    expect(next(asked, t0 + 2.5 * minute)).toMatchObject({
      text: 'take Incident Commander, or leave it to Priya.',
      act: { kind: 'take-role', role },
    })
    expect(next(asked, t0 + 2 * minute, 'ravi').act).toBeNull()
    expect(next(asked, t0 + 2 * minute, 'ravi').text).toBe('respond, by Priya.')
  })

  it('names the task behind a clock in its own words, and who was given it', () => {
    const [list] = playbook.checklists
    const [item] = list?.items ?? []
    if (list === undefined || item === undefined) throw new Error('The playbook has no checklist.')
    const timed = { ...playbook, checklists: [{ ...list, items: [{ ...item, clock: 'response' }] }] }
    const given: IncidentState = {
      ...commanded,
      tasks: { [item.id]: { text: 'Restart the coordinators', assignee: { kind: 'person', id: 'maya' } } },
    }
    const sentenceOf = (state: IncidentState, me: string) =>
      nextThing({
        state,
        playbook: timed,
        deadlines: deadlines(state, timed),
        plan: [],
        left: null,
        now: t0 + 20 * minute,
        me,
        nameOf: (id) => names[id] ?? id,
      })
    expect(sentenceOf(given, 'priya')).toMatchObject({
      text: 'restart the coordinators, by Maya.',
      detail: 'Was due at 14:15 UTC.',
    })
    expect(sentenceOf(given, 'maya').text).toBe('restart the coordinators, by you.')
    const done: IncidentState = { ...given, tasks: { [item.id]: { done: { by: 'maya', at: t0 } } } }
    expect(sentenceOf(done, 'maya').text).toBe('respond, by Priya.')
  })

  it('says that nothing is due, and what ends by itself', () => {
    const calm = { ...playbook, cadences: [], clocks: [], postIncident: [] }
    const responded: IncidentState = {
      ...commanded,
      times: { ...commanded.times, first_action: t0 + 2 * minute },
      clocks: { ack: met, response: met },
    }
    const quiet = (of: typeof playbook) =>
      nextThing({
        state: responded,
        playbook: of,
        deadlines: deadlines(responded, of),
        plan: [],
        left: null,
        now: t0 + 3 * minute,
        me: 'maya',
        nameOf: (id) => id,
      })
    expect(quiet({ ...calm, phases: [] })).toEqual({
      text: 'nothing is due.',
      detail: 'The clocks are calm.',
      act: null,
    })
    expect(quiet(calm).text).toBe('nothing is due.')
    expect(quiet(calm).detail).toMatch(/ window until \d\d:\d\d UTC\.$/)
  })

  it('speaks of what is left once it is over', () => {
    const ended = (value: 'resolved' | 'closed', times: object = {}): IncidentState => ({
      ...commanded,
      status: { value, at: t0 + minute, by: 'maya' },
      times: { ...commanded.times, ...times },
    })
    expect(next(ended('closed'), t0 + minute)).toEqual({
      text: 'nothing. It is closed.',
      detail: 'The document is read-only until it is reopened.',
      act: null,
    })
    // Lists and reports that outlive the resolution are owed, and said (R131).
    expect(next(ended('resolved'), t0 + minute)).toEqual({
      text: 'do what is left, then close it.',
      detail: '4 things come before closing.',
      act: { kind: 'close' },
    })
    const owed = next(ended('resolved', { resolved: t0 + minute }), t0 + 2 * minute)
    expect(owed.act?.kind).toBe('meet')
  })

  it('says whom to call once a step has come, for a while, and whom the plan names next', () => {
    const levels = (state: IncidentState, now: number) =>
      nextThing({
        state,
        playbook,
        deadlines: deadlines(state, playbook),
        plan: escalationPlan(state, playbook, now),
        left: null,
        now,
        me: 'maya',
        nameOf: (id) => names[id] ?? id,
      })
    const done = (at: number) => ({ kind: 'done', at, dueAt: at, how: 'due', by: 'system' }) as const
    const l1 = { 'levels/l1': done(t0) }
    const declared: IncidentState = { ...bare, escalation: { ...noEscalation, steps: l1 } }
    expect(levels(declared, t0 + minute)).toEqual({
      text: 'acknowledge. Nobody has yet.',
      detail: 'Due at 14:05 UTC. Call On-call engineer.',
      act: { kind: 'acknowledge' },
    })
    const responded: IncidentState = {
      ...commanded,
      at: t0 + 10 * minute,
      times: { ...commanded.times, first_action: t0 + 2 * minute },
      clocks: { ack: met, response: met },
      escalation: { ...noEscalation, steps: l1 },
    }
    expect(levels(responded, t0 + 10 * minute)).toEqual({
      text: 'L2, the team lead and the domain expert.',
      detail: 'If still open at 14:15 UTC, in',
      act: { kind: 'see-plan' },
      until: t0 + 15 * minute,
    })
    const came: IncidentState = {
      ...responded,
      at: t0 + 15 * minute,
      escalation: { ...noEscalation, steps: { ...l1, 'levels/l2': done(t0 + 15 * minute) } },
    }
    expect(levels(came, t0 + 16 * minute)).toEqual({
      text: 'call Team lead and the domain expert.',
      detail: 'Since 14:15 UTC. Muster calls nobody.',
      act: { kind: 'see-plan' },
    })
    const until = callStandsUntil(escalationPlan(came, playbook, t0 + 16 * minute), t0 + 16 * minute)
    expect(until).toBe(t0 + 20 * minute)
    expect(levels(came, t0 + 20 * minute).text).not.toMatch(/^call /)
    // The severity it came by was taken back: it stays on the record, and nobody is asked to call.
    const lowered: IncidentState = {
      ...came,
      at: t0 + 16 * minute,
      severity: { key: 'SEV-3', at: t0 + 16 * minute, by: 'maya' },
    }
    expect(levels(lowered, t0 + 16 * minute).text).not.toMatch(/^call /)
  })

  it('names one of several calls and says how many more there are', () => {
    const factory = loadPlaybook(
      readFileSync('shared/playbooks/agent-factory.yaml', 'utf8'),
      'agent-factory.yaml',
    )
    if (!factory.ok) throw new Error('The playbook does not load.')
    const commander = factory.playbook.roles.find((r) => r.kind === 'commander')?.id ?? ''
    const at = t0 + 31 * minute
    const came = (when: number) =>
      ({ kind: 'done', at: when, dueAt: when, how: 'due', by: 'system' }) as const
    const told = (steps: IncidentState['escalation']['steps']) => {
      const state: IncidentState = {
        ...bare,
        at,
        severity: { key: 'P0', at: t0, by: 'maya' },
        times: { declared: t0, acknowledged: t0 + minute },
        roles: { [commander]: { holder: { person: 'maya', since: t0 } } },
        escalation: { ...noEscalation, steps },
      }
      const plan = escalationPlan(state, factory.playbook, at)
      const { text } = nextThing({
        state,
        playbook: factory.playbook,
        deadlines: [],
        plan,
        left: null,
        now: at,
        me: 'maya',
        nameOf: (id) => id,
      })
      return { text, keys: plan.map(({ key }) => key) }
    }
    const [lead = '', cto = ''] = told({}).keys
    expect(told({ [lead]: came(at - minute) }).text).toMatch(/^call [^,]*\.$/)
    expect(told({ [lead]: came(at - minute), [cto]: came(at) }).text).toMatch(/^call .*, and 1 more\.$/)
    // What came ten minutes ago is no reminder any more.
    expect(told({ [lead]: came(at - 10 * minute), [cto]: came(at) }).text).not.toContain('more')
  })

  it('names the day of what is due on another one', () => {
    const resolved: IncidentState = {
      ...commanded,
      at: t0 + minute,
      times: { ...commanded.times, resolved: t0 + minute },
      status: { value: 'resolved', at: t0 + minute, by: 'maya' },
      clocks: { ack: met, response: met },
    }
    expect(next(resolved, t0 + 2 * minute).detail).toBe('Due on Sun, 22 Nov at 14:01 UTC.')
    expect(next(resolved, Date.parse('2026-11-22T14:00:00Z')).detail).toBe('Due at 14:01 UTC.')
  })
})
