import type { ChecklistItem, ClockRule, Moment, Playbook } from '../playbook/model.ts'
import { boundMark } from './bound.ts'
import { hasPassed } from './deadline.ts'
import { momentAt } from './facts.ts'
import type { FactMark, IncidentState, TaskState } from './state.ts'
import { roundId, timerId } from './task-clock-ids.ts'

export interface TaskDone {
  by: string
  at: number
  /** Made offline, at this time. */
  madeAt: number | null
  /** The event Muster ticked it from; null for a tick by hand. */
  from: FactMark | null
  /** Its watch is over: Muster counted (R63). */
  watched: boolean
  /** Ticked by hand although Muster has not seen what the item is about. */
  unseen: boolean
}

/** A task that is due again and again: by which clock, and when it was done last (R64). */
export interface Repeat {
  clock: string
  /** Null: nobody did it yet. `count` is null where only the newest is known: updates. */
  last: { count: number | null; at: number; by: string; seq: number | null } | null
}

/** When a watch began: its moment, or the newest of those that start it over. Undefined: it has not begun. */
export function watchFrom(
  state: IncidentState,
  rule: Pick<ClockRule, 'from' | 'restartOn'>,
): number | undefined {
  const from = momentAt(state, rule.from)
  return from === undefined ? undefined : Math.max(from, restartedAt(state, rule.restartOn))
}

/** The newest moment that starts something over; 0 where none has come. */
export function restartedAt(state: IncidentState, on: readonly Moment[] | undefined): number {
  return Math.max(0, ...(on ?? []).map((moment) => momentAt(state, moment) ?? 0))
}

/** The clock that a task repeats by; null where it is done once. */
export function repeatOf(
  state: IncidentState,
  playbook: Playbook,
  id: string,
  item: ChecklistItem | undefined,
): Repeat | null {
  const task = state.tasks[id]
  const rounds = task?.rounds
  const ticked =
    rounds === undefined ? null : { count: rounds.count, at: rounds.at, by: rounds.by, seq: null }
  if (item?.cadence !== undefined) {
    const cadence = playbook.cadences.find((one) => one.id === item.cadence)
    const update = cadence === undefined ? undefined : state.updates[cadence.audience]
    const told = update === undefined ? null : { count: null, at: update.at, by: update.by, seq: update.seq }
    const last = told !== null && (ticked === null || told.at >= ticked.at) ? told : ticked
    return { clock: `update/${item.cadence}`, last }
  }
  if (item?.every !== undefined) return { clock: roundId(id), last: ticked }
  return task?.timer?.repeats === true ? { clock: timerId(id), last: ticked } : null
}

/**
 * Whether an item without parts is done, and by whom: what happened first counts, the tick of a person or what
 * Muster saw. What is verified anew (`since`, ms) asks for a tick of later.
 */
export function itemDone(
  state: IncidentState,
  playbook: Playbook,
  item: ChecklistItem,
  since: number,
): TaskDone | null {
  const task = state.tasks[item.id] ?? {}
  const watch = playbook.clocks.find((one) => one.id === item.clock && one.until === 'elapsed')
  if (watch !== undefined) return watchDone(state, task, watch, since)
  const mark = item.bind === undefined ? null : boundMark(state, playbook, item.bind)
  return doneBy(task, item.bind !== undefined, mark, since)
}

function watchDone(state: IncidentState, task: TaskState, rule: ClockRule, since: number): TaskDone | null {
  const from = watchFrom(state, rule)
  const dueAt = from === undefined || rule.target.kind === 'unset' ? null : from + rule.target.ms
  const over =
    dueAt !== null && hasPassed(state.clocks[rule.id], dueAt)
      ? { by: 'system', at: dueAt, madeAt: null, from: null, watched: true, unseen: false }
      : null
  const byHand = doneBy(task, true, null, Math.max(since, from ?? 0))
  return byHand !== null && (over === null || byHand.at < over.at) ? byHand : over
}

/** What happened first counts: the tick of a person, or the fact the item is bound to. */
export function doneBy(
  task: TaskState,
  bound: boolean,
  mark: FactMark | null,
  since: number,
): TaskDone | null {
  const { notApplicable } = task
  const done = task.done !== undefined && task.done.at >= since ? task.done : undefined
  if (done !== undefined && (mark === null || done.at < mark.at))
    return {
      by: done.by,
      at: done.at,
      madeAt: done.madeAt ?? null,
      from: null,
      watched: false,
      unseen: bound && mark === null,
    }
  // Whoever set it aside after the fact knew of it.
  if (mark === null || (notApplicable !== undefined && notApplicable.at > mark.at)) return null
  return { by: mark.by, at: mark.at, madeAt: null, from: mark, watched: false, unseen: false }
}
