import type { Deadline } from '../incident/deadlines.ts'
import type { ComingCall } from '../incident/escalation/coming.ts'
import type { Status } from '../playbook/model.ts'

/**
 * What a wall token can see, and nothing else: an explicit list of fields (R214-R216). No ids of people,
 * no chat, no document.
 */
export interface WallTile {
  /** The four-letter key, which grants nothing. */
  key: string
  seq: number
  title: string
  severity: { key: string; rank: number; name: string } | null
  status: { value: Status; label: string }
  declaredAt: number
  acknowledged: boolean
  commander: { name: string; since: number } | null
  lastUpdate: { at: number; audience: string; text: string } | null
  tasks: { done: number; total: number }
  /** Clocks that count or counted; unset ones are only counted in `unset`. */
  clocks: WallClock[]
  unset: number
  /** Steps of the escalation that come by waiting, soonest first. A node of an earlier version tells none. */
  calls?: ComingCall[]
}

/** A clock without anything that names a person. Judged on the wall by `standingAt`, like everywhere. */
export type WallClock = Pick<
  Deadline,
  | 'id'
  | 'kind'
  | 'label'
  | 'from'
  | 'until'
  | 'target'
  | 'bound'
  | 'soft'
  | 'basis'
  | 'why'
  | 'dueAt'
  | 'lateFrom'
  | 'targetMs'
  | 'phase'
  | 'met'
  | 'passed'
>

/** What was declared on one UTC day. */
export interface WallDay {
  /** Its first ms. */
  day: number
  incidents: number
  /** Rank of the worst severity; null when there was none or nobody set one. */
  worst: number | null
}

export interface WallSnapshot {
  tiles: WallTile[]
  /** The incident that was closed last, for the calm wall; null when none ever was. */
  last: { key: string; closedAt: number } | null
  /** The last thirty days, oldest first. */
  days: WallDay[]
  /** Server time of this snapshot, ms. */
  at: number
}
