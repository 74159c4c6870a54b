import type { Moment } from '../playbook/model.ts'
import type { IncidentEvent } from './events.ts'
import {
  type ClockState,
  excerptLength,
  type IncidentState,
  maxPassed,
  maxRemembered,
  type RoleState,
  type TaskState,
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
  return { ...apply(state, e), seq: e.seq, at: e.at }
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
    declaredBy: e.actor.id,
    times: { ...e.data.times, declared: e.at },
    components: e.data.components,
    flags: {},
    roles: {},
    tasks: {},
    addedTasks: 0,
    clocks: {},
    updates: {},
    pinned: [],
    deleted: [],
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
      }
    case 'incident.reopened': {
      const { resolved: _resolved, closed: _closed, ...times } = state.times
      return {
        ...state,
        status: { value: 'investigating', at: e.at, by: e.actor.id },
        times: { ...times, reopened: e.at },
      }
    }
    case 'title.changed':
      return { ...state, title: e.data.title }
    case 'severity.changed':
      return { ...state, severity: { key: e.data.to, at: e.at, by: e.actor.id } }
    case 'status.changed':
      return statusChanged(state, e)
    case 'role.taken':
    case 'role.accepted':
      return held(state, e)
    case 'role.offered':
      return role(state, e.data.role, (r) => ({ ...r, offer: { to: e.data.to, by: e.actor.id, at: e.at } }))
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
        task(state, e.data.task, ({ notApplicable: _na, ...t }) => ({
          ...t,
          done: t.done ?? { by: e.actor.id, at: e.at },
        })),
        e,
      )
    case 'task.unticked':
      return task(state, e.data.task, ({ done: _done, notApplicable: _na, ...t }) => t)
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
      const update = { at: e.at, by: e.actor.id, text: excerpt(e.data.text) }
      return { ...counted, updates: { ...state.updates, [e.data.audience]: update } }
    }
    case 'entry.pinned':
      return {
        ...state,
        pinned: [...state.pinned, e.data.ref].slice(-maxRemembered),
        counts: { ...state.counts, entries: state.counts.entries + 1 },
      }
    case 'component.added':
      return { ...state, components: [...state.components, e.data.name] }
    case 'component.removed':
      return { ...state, components: state.components.filter((name) => name !== e.data.name) }
    case 'flag.set':
      return { ...state, flags: { ...state.flags, [e.data.flag]: { value: e.data.value, at: e.at } } }
    case 'time.set':
      return { ...state, times: { ...state.times, [e.data.time]: e.data.at } }
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
    case 'chat.deleted':
      return { ...state, deleted: [...state.deleted, e.data.ref].slice(-maxRemembered) }
    case 'chat.edited':
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

/** The beginning of a text, never half a character. */
function excerpt(text: string): string {
  const cut = text.slice(0, excerptLength)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
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
  const next = role(state, e.data.role, () => ({ holder: { person: e.data.person, since: e.at } }))
  return e.data.commander ? moment(next, 'commander_set', e.at) : next
}

function statusChanged(
  state: IncidentState,
  e: Extract<IncidentEvent, { type: 'status.changed' }>,
): IncidentState {
  const next = { ...state, status: { value: e.data.to, at: e.at, by: e.actor.id } }
  if (e.data.to === 'monitoring') return moment(next, 'mitigated', e.at)
  if (e.data.to === 'resolved') return moment(next, 'resolved', e.at)
  if (e.data.from !== 'resolved') return next
  const { resolved: _resolved, ...times } = next.times
  return { ...next, times: { ...times, reopened: e.at } }
}

function role(state: IncidentState, id: string, change: (r: RoleState) => RoleState): IncidentState {
  return { ...state, roles: { ...state.roles, [id]: change(state.roles[id] ?? { holder: null }) } }
}

function task(state: IncidentState, id: string, change: (t: TaskState) => TaskState): IncidentState {
  return { ...state, tasks: { ...state.tasks, [id]: change(state.tasks[id] ?? {}) } }
}

function clock(state: IncidentState, id: string, change: (c: ClockState) => ClockState): IncidentState {
  return { ...state, clocks: { ...state.clocks, [id]: change(state.clocks[id] ?? { passed: [] }) } }
}
