import type { Moment, Status } from '../playbook/model.ts'
import type { Assignee, FlagValue } from './events.ts'

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
  declaredBy: string
  times: Partial<Record<Moment, number>>
  components: string[]
  flags: Record<string, { value: FlagValue; at: number }>
  roles: Record<string, RoleState>
  tasks: Record<string, TaskState>
  addedTasks: number
  clocks: Record<string, ClockState>
  /** Newest update per audience, shortened for the wall. */
  updates: Record<string, { at: number; by: string; text: string }>
  /** Newest chat messages that were pinned, so that two scribes do not pin one twice. Bounded. */
  pinned: number[]
  /** People in the room by the log: noted as joined and not yet as left. Bounded by `maxJoined`. */
  joined: string[]
  /** Newest chat messages that were deleted: they are not edited or pinned afterwards. Bounded. */
  deleted: number[]
  counts: { chat: number; entries: number }
}

export interface RoleState {
  holder: { person: string; since: number } | null
  offer?: { to: string; by: string; at: number }
  /** Somebody asks the holder to hand over; silence for 30 s lets them take it. */
  request?: { by: string; at: number }
}

export interface TaskState {
  done?: { by: string; at: number }
  notApplicable?: { by: string; at: number; reason: string }
  assignee?: Assignee
  /** Set when reworded or added. */
  text?: string
  /** Set when moved or added: position among its siblings; items of the playbook stand at 1, 2, 3... */
  rank?: number
  /** Set for an added task: the checklist it belongs to. */
  checklist?: string
}

export interface ClockState {
  /** Judged once, when it stopped, under the severity of that moment. */
  met?: { at: number; dueAt: number | null; late: boolean; overMs: number }
  /** Every due time that passed. Never cleared. */
  passed: { dueAt: number; at: number; targetMs: number }[]
}

/** Due times kept per clock; the first, the latest and the newest are among them. */
export const maxPassed = 8
/** Messages remembered as pinned, and as deleted. */
export const maxRemembered = 64
/** UTF-16 units kept of an update's text. */
export const excerptLength = 240

export const stateLimitBytes = 64 * 1024
/** People's commands may fill the state up to here; the rest is kept for what must always be possible. */
export const stateSoftLimitBytes = 56 * 1024
/** More people than this in one room are not noted one by one. */
export const maxJoined = 300
/** Raised whenever `evolve` gives another state for the same events, and whenever an event type is added; another number in the row means replay. */
export const evolveNumber = 1

/** Thrown when an incident was written by a newer Muster: this one must not decide for it. */
export class NewerStateError extends Error {
  constructor() {
    super('This incident was written by a newer version. Update this server, then try again.')
    this.name = 'NewerStateError'
  }
}
