import { moments, type Playbook } from '../playbook/model.ts'
import type { FlagValue } from './events.ts'
import {
  type ClockState,
  excerptLength,
  type IncidentState,
  maxJoined,
  maxPassed,
  maxRemembered,
  stateLimitBytes,
  stateSoftLimitBytes,
} from './state.ts'
import { flatTasks, taskLists } from './tasks.ts'

/** Ids of people are 22 characters; some room beside. */
const widestId = 'x'.repeat(32)
const widestTime = 9_999_999_999_999
const widestMs = 9_999_999_999

/** UTF-8 bytes of the state as the row keeps it. */
export function stateBytes(state: IncidentState): number {
  return new TextEncoder().encode(JSON.stringify(state)).byteLength
}

/**
 * Whether a command lets the state grow past what leaves room for everything that must always be possible:
 * ticking every task, answering every question, passing every clock. What shrinks it is never too much.
 */
export function isTooFull(before: IncidentState, after: IncidentState, playbook: Playbook): boolean {
  const size = stateBytes(after)
  if (size <= stateBytes(before)) return false
  return size > stateSoftLimitBytes || bytesWhenFull(after, playbook) > stateLimitBytes
}

/** UTF-8 bytes of the state once all that is always possible has happened; a little more than it can really be. */
export function bytesWhenFull(state: IncidentState, playbook: Playbook): number {
  const mark = { by: widestId, at: widestTime }
  const unknown: FlagValue = 'unknown'
  const passed: ClockState['passed'] = Array.from({ length: maxPassed }, () => ({
    dueAt: widestTime,
    at: widestTime,
    targetMs: widestMs,
  }))
  const clock: ClockState = {
    met: { at: widestTime, dueAt: widestTime, late: false, overMs: widestMs },
    passed,
  }
  const full: IncidentState = {
    ...state,
    severity: { key: 'x'.repeat(20), ...mark },
    status: { value: 'investigating', ...mark },
    times: Object.fromEntries(moments.map((moment) => [moment, widestTime])),
    flags: record(playbook.flags, () => ({ value: unknown, at: widestTime })),
    roles: record(playbook.roles, () => ({
      holder: { person: widestId, since: widestTime },
      offer: { to: widestId, ...mark },
      request: mark,
    })),
    tasks: {
      ...state.tasks,
      ...record(flatTasks(taskLists(state, playbook)), ({ state: task }) => ({ ...task, done: mark })),
    },
    clocks: record(
      [
        { id: 'response' },
        ...playbook.clocks,
        ...playbook.cadences.map(({ id }) => ({ id: `update/${id}` })),
        ...playbook.phases.map(({ id }) => ({ id: `phase/${id}` })),
        ...playbook.postIncident.map(({ id }) => ({ id: `after/${id}` })),
      ],
      () => clock,
    ),
    updates: record(
      [{ id: 'internal' }, ...playbook.cadences.map(({ audience }) => ({ id: audience }))],
      // Six bytes is the longest JSON form of one UTF-16 unit.
      () => ({ ...mark, text: '\u0001'.repeat(excerptLength) }),
    ),
    pinned: Array.from({ length: maxRemembered }, () => widestMs),
    joined: Array.from({ length: maxJoined }, () => widestId),
    deleted: Array.from({ length: maxRemembered }, () => widestMs),
  }
  return stateBytes(full)
}

function record<T extends { id: string }, V>(items: readonly T[], value: (item: T) => V): Record<string, V> {
  return Object.fromEntries(items.map((item) => [item.id, value(item)]))
}
