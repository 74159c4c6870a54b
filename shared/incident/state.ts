import type { Moment, Status } from '../playbook/model.ts'
import type { EscalationState } from './escalation/state.ts'
import type { Assignee, FlagValue, LinkKind, OtherIncident } from './events.ts'

/**
 * What decisions need, and nothing more: no chat, no entry text, no history. 64 KiB of JSON at most,
 * however long the incident (see `stateLimitBytes`).
 */
export interface IncidentState {
  seq: number
  /** `at` of the newest event. */
  at: number
  key: string
  title: string
  playbook: { id: string; hash: string; version: number }
  severity: { key: string; at: number; by: string } | null
  status: { value: Status; at: number; by: string }
  /** Keys of the severities it ever had, in the order it first had them. */
  reached: string[]
  /** What was written down when it was resolved last, while that stands; null before, and once it is open again. */
  resolution: Resolution | null
  /** It was ended as not real. */
  falsePositive: boolean
  /** It was ended because another one is the same incident and goes on. */
  duplicateOf: OtherIncident | null
  /** Other incidents that have to do with this one, `maxLinks` at most. */
  links: (OtherIncident & { how: LinkKind })[]
  /** When it was over and open again, oldest first; the newest `maxSpells`. */
  spells: { over: number; reopened: number }[]
  declaredBy: string
  times: Partial<Record<Moment, number>>
  components: string[]
  /** Where people talk to each other: `https:` or `tel:`. */
  bridge: string | null
  flags: Record<string, { value: FlagValue; at: number }>
  /** What was said about questions that set no flag, dimensions and the type, by the names of `triage.ts`. */
  answers: Record<string, { value: string; at: number; by: string }>
  roles: Record<string, RoleState>
  tasks: Record<string, TaskState>
  addedTasks: number
  clocks: Record<string, ClockState>
  escalation: EscalationState
  phases: Record<string, PhaseState>
  procedures: Record<string, ProcedureState>
  /** Runbooks that were attached, those that were detached again among them. */
  runbooks: Record<string, RunbookState>
  /** What is to be done after the incident, `maxFollowUps` at most. */
  followUps: FollowUp[]
  /** What happened first, by the names of `bound.ts`: items of checklists are ticked by it. */
  facts: Record<string, FactMark>
  /** Newest update per audience, shortened for the wall. */
  updates: Record<string, { seq: number; at: number; by: string; text: string }>
  /** People in the room by the log: noted as joined and not yet as left. Bounded by `maxJoined`. */
  joined: string[]
  counts: { chat: number; entries: number }
}

export interface RoleState {
  holder: { person: string; since: number } | null
  /** `note`: the offer comes with a hand-over note, in the event of that seq; accepting it says it was read. */
  offer?: { to: string; by: string; at: number; note?: number }
  /** Somebody asks the holder to hand over; silence for 30 s lets them take it. */
  request?: { by: string; at: number }
  /** Who holds it took it from somebody, in the event of that seq; accepting an offer is no such taking. */
  taken?: { from: string; seq: number; because: 'vacant' | 'unseen' | 'silent' }
}

/** What fixed it, in the words of whoever resolved it (R127). */
export interface Resolution {
  seq: number
  at: number
  by: string
  /** What was done, shortened. */
  done: string
  /** The cause, shortened; null: nobody stated one. */
  cause: string | null
  /** Who ticked what came before it, in order, each once; the first `maxVouchers`. */
  verifiedBy: string[]
  /** Why it was resolved although something was not done; null: nothing was open. */
  override: string | null
}

/** The event that made a fact true, and whose it was. */
export interface FactMark {
  seq: number
  at: number
  by: string
  /** What the first response was: a press of Respond, an entry, or the tick of this task (R16). */
  act?: { kind: 'pressed' | 'recorded' } | { kind: 'ticked'; task: string }
}

export interface TaskState {
  /** `madeAt`: when the tick was made, where that was before the server had it: somebody was offline. */
  done?: { by: string; at: number; madeAt?: number }
  notApplicable?: { by: string; at: number; reason: string }
  assignee?: Assignee
  /** Of a task that repeats: how often it was done, and the time before the last. */
  rounds?: { count: number; at: number; by: string; before: number | null }
  outcome?: { text: string; at: number; by: string }
  timer?: TaskTimer
  /** Set when reworded or added. */
  text?: string
  /** Set when moved or added: position among its siblings; items of the playbook stand at 1, 2, 3... */
  rank?: number
  /** Set for an added task: the checklist it belongs to. */
  checklist?: string
}

/** Somebody's own timer at a task: `ms` after `at` it rings, once or again and again. */
export interface TaskTimer {
  ms: number
  repeats: boolean
  at: number
  by: string
}

/** People enter and leave phases; several may be open at once (R65). */
export interface PhaseState {
  entered: { at: number; by: string } | null
  left: { at: number; by: string } | null
}

export interface ProcedureState {
  at: number
  by: string
  /** Beginnings of what was put in. */
  inputs: Record<string, string>
  asked: Assignee | null
  ended: { at: number; by: string; result: string } | null
}

export interface RunbookState {
  at: number
  by: string
  detached: { at: number; by: string; reason: string } | null
  /** By branch; one that nobody ever chose is not here. */
  findings: Record<string, { taken: boolean; at: number; by: string }>
}

export interface FollowUp {
  id: string
  text: string
  from: string | null
  at: number
  by: string
}

/** Follow-ups kept of one incident. */
export const maxFollowUps = 40
/** UTF-16 units kept of an outcome, an input or a result; the whole stands in the log. */
export const lineExcerpt = 160

export interface ClockState {
  /** Judged once, when it stopped, under the severity of that moment. */
  met?: { at: number; dueAt: number | null; late: boolean; overMs: number }
  /** Every due time that passed. Never cleared. */
  passed: { dueAt: number; at: number; targetMs: number }[]
}

/** Due times kept per clock; the first, the latest and the newest are among them. */
export const maxPassed = 8
/** Times it was reopened that are kept in the state; all of them are in the log. */
export const maxSpells = 8
/** Other incidents that one is linked to. */
export const maxLinks = 20
/** People named as having verified a resolution. */
export const maxVouchers = 6
/** UTF-16 units kept of an update's text. */
export const excerptLength = 240

export const stateLimitBytes = 64 * 1024
/** People's commands may fill the state up to here; the rest is kept for what must always be possible. */
export const stateSoftLimitBytes = 56 * 1024
/** More people than this in one room are not noted one by one. */
export const maxJoined = 300
/** Raised whenever `evolve` gives another state for the same events, and whenever an event type is added; another number in the row means replay. */
export const evolveNumber = 8

/** Thrown when an incident was written by a newer Muster: this one must not decide for it. */
export class NewerStateError extends Error {
  constructor() {
    super('This incident was written by a newer version. Update this server, then try again.')
    this.name = 'NewerStateError'
  }
}
