import type { Moment } from '../playbook/model.ts'
import { handOverFact, responseFact, roleFact, updateFact } from './bound.ts'
import { noEscalation, reasonExcerpt, type TakenStep } from './escalation/state.ts'
import type { IncidentEvent } from './events.ts'
import { excerpt, phase, procedure, runbook, task, ticked, timed, unticked } from './evolve-work.ts'
import {
  type ClockState,
  type FactMark,
  type IncidentState,
  lineExcerpt,
  maxPassed,
  maxSpells,
  type RoleState,
} from './state.ts'

/**
 * state + event -> state, for every event of the log in order. Pure: the state given is never changed.
 * Events from the future of `state.seq + 1` are a programming error and throw.
 */
export function evolve(state: IncidentState | null, e: IncidentEvent): IncidentState {
  if (state === null) {
    if (e.type !== 'incident.declared')
      throw new Error(`An incident begins with its declaration, not ${e.type}.`)
    return declared(e)
  }
  if (e.seq !== state.seq + 1) throw new Error(`Event ${e.seq} does not follow ${state.seq}.`)
  return { ...withResponse(withFacts(apply(state, e), e), state, e), seq: e.seq, at: e.at }
}

/** Notes by which act the first response came, for whoever asks what stopped that clock (R16). */
function withResponse(state: IncidentState, before: IncidentState, e: IncidentEvent): IncidentState {
  if (state.times.first_action === before.times.first_action) return state
  const act: FactMark['act'] =
    e.type === 'task.ticked'
      ? { kind: 'ticked', task: e.data.task }
      : { kind: e.type === 'incident.responded' ? 'pressed' : 'recorded' }
  const mark: FactMark = { seq: e.seq, at: e.at, by: e.actor.id, act }
  return { ...state, facts: { ...state.facts, [responseFact]: mark } }
}

/** Notes what this event made true for the first time, for the items of checklists that are bound to it. */
function withFacts(state: IncidentState, e: IncidentEvent): IncidentState {
  const fresh = factsOf(e).filter((name) => state.facts[name] === undefined)
  if (fresh.length === 0) return state
  const mark: FactMark = { seq: e.seq, at: e.at, by: e.actor.id }
  return { ...state, facts: { ...state.facts, ...Object.fromEntries(fresh.map((name) => [name, mark])) } }
}

function factsOf(e: IncidentEvent): string[] {
  switch (e.type) {
    case 'incident.acknowledged':
      return ['acknowledged']
    case 'severity.changed':
      return ['severity-set']
    case 'status.changed':
      return e.data.to === 'resolved' ? ['resolved'] : []
    case 'role.taken':
    case 'role.accepted':
      return [roleFact(e.data.role), ...(e.data.from === null ? [] : [handOverFact(e.data.role)])]
    case 'entry.added': {
      const { kind, audience } = e.data
      const update = kind === 'communication' && audience !== undefined ? [updateFact(audience)] : []
      return e.actor.kind === 'person' ? ['timeline-begun', ...update] : update
    }
    case 'entry.pinned':
      return ['timeline-begun']
    default:
      return []
  }
}

function declared(e: Extract<IncidentEvent, { type: 'incident.declared' }>): IncidentState {
  return {
    seq: e.seq,
    at: e.at,
    key: e.data.key,
    title: e.data.title,
    playbook: e.data.playbook,
    severity: e.data.severity === null ? null : { key: e.data.severity, at: e.at, by: e.actor.id },
    status: { value: 'investigating', at: e.at, by: e.actor.id },
    reached: e.data.severity === null ? [] : [e.data.severity],
    resolution: null,
    falsePositive: false,
    duplicateOf: null,
    links: [],
    spells: [],
    declaredBy: e.actor.id,
    times: { ...e.data.times, declared: e.at },
    components: e.data.components,
    bridge: null,
    flags: {},
    answers: {},
    roles: {},
    tasks: {},
    addedTasks: 0,
    clocks: {},
    escalation: noEscalation,
    phases: {},
    procedures: {},
    runbooks: {},
    followUps: [],
    facts: e.data.severity === null ? {} : { 'severity-set': { seq: e.seq, at: e.at, by: e.actor.id } },
    updates: {},
    joined: [],
    counts: { chat: 0, entries: 0 },
  }
}

function apply(state: IncidentState, e: IncidentEvent): IncidentState {
  switch (e.type) {
    case 'incident.declared':
      throw new Error('An incident is declared once.')
    case 'incident.acknowledged':
      return moment(state, 'acknowledged', e.at)
    case 'incident.responded':
      return acted(state, e)
    case 'incident.closed':
      return {
        ...moment(state, 'closed', e.at),
        status: { value: 'closed', at: e.at, by: e.actor.id },
        falsePositive: e.data.falsePositive === true,
        duplicateOf: e.data.duplicateOf ?? null,
      }
    case 'incident.reopened': {
      if (e.data.to === 'resolved') {
        const { closed: _closed, ...left } = state.times
        const status = { value: e.data.to, at: e.at, by: e.actor.id }
        return { ...state, status, times: left, falsePositive: false, duplicateOf: null }
      }
      const { resolved: _resolved, closed: _closed, ...times } = state.times
      // Ended by mistake, it was never over: nothing begins anew, and no time of being over is told.
      const mistake = e.data.mistake === true
      return {
        ...withoutResolution(state, mistake ? null : e.at),
        status: { value: 'investigating', at: e.at, by: e.actor.id },
        times: mistake ? times : { ...times, reopened: e.at },
        falsePositive: false,
        duplicateOf: null,
      }
    }
    case 'incident.linked': {
      const others = state.links.filter(({ id }) => id !== e.data.other.id)
      return { ...state, links: [...others, { ...e.data.other, how: e.data.how }] }
    }
    case 'incident.unlinked':
      return { ...state, links: state.links.filter(({ id }) => id !== e.data.other.id) }
    case 'title.changed':
      return { ...state, title: e.data.title }
    case 'severity.changed':
      return {
        ...state,
        severity: { key: e.data.to, at: e.at, by: e.actor.id },
        reached: state.reached.includes(e.data.to) ? state.reached : [...state.reached, e.data.to],
      }
    case 'status.changed':
      return statusChanged(state, e)
    case 'role.taken':
    case 'role.accepted':
      return held(state, e)
    case 'role.offered':
      return role(state, e.data.role, (r) => ({
        ...r,
        offer: {
          to: e.data.to,
          by: e.actor.id,
          at: e.at,
          ...(e.data.note === undefined ? {} : { note: e.seq }),
        },
      }))
    case 'role.declined':
      return role(state, e.data.role, ({ offer: _offer, ...r }) => r)
    case 'role.requested':
      return role(state, e.data.role, (r) => ({ ...r, request: { by: e.data.person, at: e.at } }))
    case 'role.kept':
      return role(state, e.data.role, ({ request: _request, ...r }) => r)
    case 'role.released':
      return role(state, e.data.role, () => ({ holder: null }))
    case 'task.ticked':
      return acted(
        task(state, e.data.task, ({ notApplicable: _na, ...t }) => ticked(t, e)),
        e,
      )
    case 'task.unticked':
      return task(state, e.data.task, unticked)
    case 'task.outcome':
      return task(state, e.data.task, (t) => ({
        ...t,
        outcome: { text: excerpt(e.data.text, lineExcerpt), at: e.at, by: e.actor.id },
      }))
    case 'task.timed':
      return timed(state, e)
    case 'task.assigned':
      return task(state, e.data.task, ({ assignee: _assignee, ...t }) =>
        e.data.to === null ? t : { ...t, assignee: e.data.to },
      )
    case 'task.not-applicable':
      return task(state, e.data.task, ({ done: _done, ...t }) => ({
        ...t,
        notApplicable: { by: e.actor.id, at: e.at, reason: e.data.reason },
      }))
    case 'task.added':
      return {
        ...task(state, e.data.task, (t) => ({
          ...t,
          text: e.data.text,
          checklist: e.data.checklist,
          rank: e.data.rank,
        })),
        addedTasks: state.addedTasks + 1,
      }
    case 'task.reworded':
      return task(state, e.data.task, (t) => ({ ...t, text: e.data.text }))
    case 'task.moved':
      return task(state, e.data.task, (t) => ({ ...t, rank: e.data.rank }))
    case 'chat.sent':
      return { ...state, counts: { ...state.counts, chat: state.counts.chat + 1 } }
    case 'entry.added': {
      const counted = { ...state, counts: { ...state.counts, entries: state.counts.entries + 1 } }
      if (e.data.kind === 'action') return acted(counted, e)
      if (e.data.kind !== 'communication' || e.data.audience === undefined) return counted
      const update = { seq: e.seq, at: e.at, by: e.actor.id, text: excerpt(e.data.text) }
      return { ...counted, updates: { ...state.updates, [e.data.audience]: update } }
    }
    case 'entry.pinned':
      return {
        ...state,
        counts: { ...state.counts, entries: state.counts.entries + 1 },
      }
    case 'escalation.stepped':
      return step(state, e.data, {
        kind: 'done',
        at: e.at,
        dueAt: e.data.dueAt,
        how: e.data.how,
        by: e.actor.id,
      })
    case 'escalation.held':
      return step(state, e.data, {
        kind: 'held',
        at: e.at,
        until: e.data.until,
        by: e.actor.id,
        reason: excerpt(e.data.reason, reasonExcerpt),
      })
    case 'escalation.let-go':
      return step(state, e.data, null)
    case 'escalation.skipped':
      return step(state, e.data, {
        kind: 'skipped',
        at: e.at,
        by: e.actor.id,
        reason: excerpt(e.data.reason, reasonExcerpt),
      })
    case 'responder.named':
      return {
        ...state,
        escalation: {
          ...state.escalation,
          firstResponder: { position: e.data.position, by: e.actor.id, at: e.at },
        },
      }
    case 'fix.regressed':
      return { ...state, times: { ...state.times, regression: e.at } }
    case 'phase.entered':
      return phase(state, e.data.phase, { entered: { at: e.at, by: e.actor.id }, left: null })
    case 'phase.left': {
      const entered = state.phases[e.data.phase]?.entered ?? null
      return phase(state, e.data.phase, { entered, left: { at: e.at, by: e.actor.id } })
    }
    case 'procedure.started':
    case 'procedure.ended':
      return procedure(state, e)
    case 'runbook.attached':
    case 'runbook.detached':
    case 'runbook.found':
      return runbook(state, e)
    case 'follow-up.noted': {
      const { followUp: id, text, from = null } = e.data
      return { ...state, followUps: [...state.followUps, { id, text, from, at: e.at, by: e.actor.id }] }
    }
    case 'component.added':
      return { ...state, components: [...state.components, e.data.name] }
    case 'component.removed':
      return { ...state, components: state.components.filter((name) => name !== e.data.name) }
    case 'flag.set':
      return { ...state, flags: { ...state.flags, [e.data.flag]: { value: e.data.value, at: e.at } } }
    case 'playbook.adopted':
      return { ...state, playbook: { ...state.playbook, ...e.data.to } }
    case 'bridge.changed':
      return { ...state, bridge: e.data.url }
    case 'triage.answered': {
      const { [e.data.about]: _was, ...others } = state.answers
      const { value } = e.data
      const answers =
        value === null ? others : { ...others, [e.data.about]: { value, at: e.at, by: e.actor.id } }
      return { ...state, answers }
    }
    case 'time.set': {
      const { [e.data.time]: _was, ...others } = state.times
      return {
        ...state,
        times: e.data.at === null ? others : { ...state.times, [e.data.time]: e.data.at },
      }
    }
    case 'clock.met':
      return clock(state, e.data.clock, (c) => ({
        ...c,
        met: { at: e.data.stoppedAt, dueAt: e.data.dueAt, late: e.data.late, overMs: e.data.overMs },
      }))
    case 'clock.breached':
    case 'clock.elapsed':
      return clock(state, e.data.clock, (c) => ({
        ...c,
        passed: keepPassed([...c.passed, { dueAt: e.data.dueAt, at: e.at, targetMs: e.data.targetMs }]),
      }))
    case 'chat.edited':
    case 'chat.deleted':
    case 'entry.amended':
    case 'entry.struck':
      return state
    case 'person.joined':
      return { ...state, joined: [...state.joined, e.data.person] }
    case 'person.left':
      return { ...state, joined: state.joined.filter((id) => id !== e.data.person) }
  }
}

/**
 * A repeating clock passes many due times. The first (what was missed at first) and the newest stay; of the others
 * the earliest due goes, so that what was dropped always lies before something kept (see `hasPassed`).
 */
function keepPassed(passed: ClockState['passed']): ClockState['passed'] {
  if (passed.length <= maxPassed) return passed
  const between = passed.slice(1, -1)
  const earliest = between.reduce((a, b) => (b.dueAt < a.dueAt ? b : a))
  return passed.filter((p) => p !== earliest)
}

function moment(state: IncidentState, name: Moment, at: number): IncidentState {
  return state.times[name] === undefined ? { ...state, times: { ...state.times, [name]: at } } : state
}

/** The first human tick, action entry or press of Respond is the first response (S9). */
function acted(state: IncidentState, e: IncidentEvent): IncidentState {
  return e.actor.kind === 'person' ? moment(state, 'first_action', e.at) : state
}

function held(
  state: IncidentState,
  e: Extract<IncidentEvent, { type: 'role.taken' | 'role.accepted' }>,
): IncidentState {
  const { person, from } = e.data
  const taken =
    e.type === 'role.taken' && from !== null && from !== person
      ? { taken: { from, seq: e.seq, because: e.data.because } }
      : {}
  const next = role(state, e.data.role, () => ({ holder: { person, since: e.at }, ...taken }))
  return e.data.commander ? moment(next, 'commander_set', e.at) : next
}

function statusChanged(
  state: IncidentState,
  e: Extract<IncidentEvent, { type: 'status.changed' }>,
): IncidentState {
  const next = { ...state, status: { value: e.data.to, at: e.at, by: e.actor.id } }
  if (e.data.to === 'monitoring') return moment(next, 'mitigated', e.at)
  if (e.data.to === 'resolved')
    return {
      ...moment(next, 'resolved', e.at),
      resolution: {
        seq: e.seq,
        at: e.at,
        by: e.actor.id,
        done: excerpt(e.data.reason, lineExcerpt),
        cause: e.data.cause === undefined ? null : excerpt(e.data.cause, lineExcerpt),
        verifiedBy: e.data.verifiedBy ?? [],
        override: e.data.override === undefined ? null : excerpt(e.data.override.reason, reasonExcerpt),
      },
    }
  if (e.data.from !== 'resolved') return next
  const { resolved: _resolved, ...times } = next.times
  return { ...withoutResolution(next, e.at), times: { ...times, reopened: e.at } }
}

/** What was resolved and is open again has to be resolved anew. */
/** `at`: when it was reopened, in ms; null where it was never over. */
function withoutResolution(state: IncidentState, at: number | null): IncidentState {
  const { resolved: _resolved, ...facts } = state.facts
  const over = state.times.resolved ?? state.times.closed
  const spells = over === undefined || at === null ? state.spells : [...state.spells, { over, reopened: at }]
  return { ...state, facts, resolution: null, spells: spells.slice(-maxSpells) }
}

function role(state: IncidentState, id: string, change: (r: RoleState) => RoleState): IncidentState {
  return { ...state, roles: { ...state.roles, [id]: change(state.roles[id] ?? { holder: null }) } }
}

/** What is done or skipped stays so: a second event about it changes nothing (R43). */
function step(
  state: IncidentState,
  at: { path: string; step: string },
  taken: TakenStep | null,
): IncidentState {
  const key = `${at.path}/${at.step}`
  const before = state.escalation.steps[key]
  if (before !== undefined && before.kind !== 'held') return state
  const { [key]: _before, ...others } = state.escalation.steps
  const steps = taken === null ? others : { ...others, [key]: taken }
  return { ...state, escalation: { ...state.escalation, steps } }
}

function clock(state: IncidentState, id: string, change: (c: ClockState) => ClockState): IncidentState {
  return { ...state, clocks: { ...state.clocks, [id]: change(state.clocks[id] ?? { passed: [] }) } }
}
