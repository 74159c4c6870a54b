import { moments, type Playbook } from '../playbook/model.ts'
import { factNames, responseFact } from './bound.ts'
import { pathsOf } from './escalation/paths.ts'
import { stepKey } from './escalation/plan.ts'
import { reasonExcerpt } from './escalation/state.ts'
import type { FlagValue } from './events.ts'
import {
  type ClockState,
  excerptLength,
  type IncidentState,
  lineExcerpt,
  maxJoined,
  maxPassed,
  maxSpells,
  maxVouchers,
  stateLimitBytes,
  stateSoftLimitBytes,
} from './state.ts'
import { timerId } from './task-clock-ids.ts'
import { flatTasks, taskLists } from './tasks.ts'

/** Ids of people are 22 characters; some room beside. */
const widestId = 'x'.repeat(32)
const widestTask = 'x'.repeat(96)
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
    reached: playbook.severities.map(({ key }) => key),
    resolution: {
      seq: widestMs,
      ...mark,
      done: '\u0001'.repeat(lineExcerpt),
      cause: '\u0001'.repeat(lineExcerpt),
      verifiedBy: Array.from({ length: maxVouchers }, () => widestId),
      override: '\u0001'.repeat(reasonExcerpt),
    },
    spells: Array.from({ length: maxSpells }, () => ({ over: widestTime, reopened: widestTime })),
    duplicateOf: { id: widestId, key: 'XXXXX' },
    times: Object.fromEntries(moments.map((moment) => [moment, widestTime])),
    flags: record(playbook.flags, () => ({ value: unknown, at: widestTime })),
    roles: record(playbook.roles, () => ({
      holder: { person: widestId, since: widestTime },
      offer: { to: widestId, ...mark, note: widestMs },
      request: mark,
      taken: { from: widestId, seq: widestMs, because: 'silent' },
    })),
    tasks: {
      ...state.tasks,
      ...record(flatTasks(taskLists(state, playbook)), ({ state: task, repeat }) => ({
        ...task,
        done: { ...mark, madeAt: widestTime },
        ...(repeat === null ? {} : { rounds: { count: widestMs, ...mark, before: widestTime } }),
      })),
    },
    phases: record(playbook.phases, () => ({ entered: mark, left: mark })),
    runbooks: Object.fromEntries(
      Object.entries(state.runbooks).map(([id, run]) => [
        id,
        { ...run, detached: { ...mark, reason: '\u0001'.repeat(lineExcerpt) } },
      ]),
    ),
    clocks: record(
      [
        { id: 'response' },
        ...playbook.clocks,
        ...playbook.cadences.map(({ id }) => ({ id: `update/${id}` })),
        ...playbook.phases.map(({ id }) => ({ id: `phase/${id}` })),
        ...clocksOfTasks(state, playbook),
        ...playbook.postIncident.map(({ id }) => ({ id: `after/${id}` })),
      ],
      () => clock,
    ),
    updates: record(
      [{ id: 'internal' }, ...playbook.cadences.map(({ audience }) => ({ id: audience }))],
      // Six bytes is the longest JSON form of one UTF-16 unit.
      () => ({ ...mark, seq: widestMs, text: '\u0001'.repeat(excerptLength) }),
    ),
    escalation: {
      steps: Object.fromEntries(
        pathsOf(playbook).flatMap((path) =>
          path.steps.map((step) => [
            stepKey(path.id, step.id),
            { kind: 'held', ...mark, until: widestTime, reason: '\u0001'.repeat(reasonExcerpt) } as const,
          ]),
        ),
      ),
      firstResponder: { position: 'x'.repeat(60), ...mark },
    },
    facts: record(
      [...factNames(playbook)].map((id) => ({ id })),
      ({ id }) => ({
        ...mark,
        seq: widestMs,
        ...(id === responseFact ? { act: { kind: 'ticked' as const, task: widestTask } } : {}),
      }),
    ),
    joined: Array.from({ length: maxJoined }, () => widestId),
  }
  return stateBytes(full)
}

/** Clocks that single tasks have now; a repeating item has its own from the beginning. */
function clocksOfTasks(state: IncidentState, playbook: Playbook): { id: string }[] {
  const tasks = flatTasks(taskLists(state, playbook))
  const repeated = tasks.flatMap(({ repeat }) => (repeat === null ? [] : [repeat.clock]))
  const timed = tasks.flatMap((task) => (task.state.timer === undefined ? [] : [timerId(task.id)]))
  return [...new Set([...repeated, ...timed])].map((id) => ({ id }))
}

function record<T extends { id: string }, V>(items: readonly T[], value: (item: T) => V): Record<string, V> {
  return Object.fromEntries(items.map((item) => [item.id, value(item)]))
}
