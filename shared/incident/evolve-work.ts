import type { IncidentEvent } from './events.ts'
import {
  excerptLength,
  type IncidentState,
  lineExcerpt,
  type PhaseState,
  type RunbookState,
  type TaskState,
} from './state.ts'
import { timerId } from './task-clock-ids.ts'

/** How events change tasks, phases, procedures and runbooks; the other half of `evolve`. */

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>

/** The beginning of a text, never half a character. */
export function excerpt(text: string, length = excerptLength): string {
  const cut = text.slice(0, length)
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

export function ticked(t: TaskState, e: Extract<IncidentEvent, { type: 'task.ticked' }>): TaskState {
  const mark = { by: e.actor.id, at: e.at, ...(e.occurredAt < e.at ? { madeAt: e.occurredAt } : {}) }
  if (e.data.round === true) {
    const { rounds } = t
    const before = rounds?.at ?? null
    return { ...t, rounds: { count: (rounds?.count ?? 0) + 1, at: e.at, by: e.actor.id, before } }
  }
  return { ...t, done: e.data.again === true ? mark : (t.done ?? mark) }
}

/** A task that repeats has its last time taken back; the one before counts again. */
export function unticked({ done, notApplicable, ...t }: TaskState): TaskState {
  const { rounds, ...rest } = t
  if (done !== undefined || notApplicable !== undefined || rounds === undefined) return t
  return rounds.before === null
    ? rest
    : { ...rest, rounds: { ...rounds, count: rounds.count - 1, at: rounds.before, before: null } }
}

/** A new timer has rung for nothing yet: what the one before it passed is in the log. */
export function timed(
  state: IncidentState,
  e: Extract<IncidentEvent, { type: 'task.timed' }>,
): IncidentState {
  const { ms, repeats, task: id } = e.data
  const { [timerId(id)]: _passed, ...clocks } = state.clocks
  return task({ ...state, clocks }, id, ({ timer: _timer, ...t }) =>
    ms === null ? t : { ...t, timer: { ms, repeats, at: e.at, by: e.actor.id } },
  )
}

export function phase(state: IncidentState, id: string, now: PhaseState): IncidentState {
  return { ...state, phases: { ...state.phases, [id]: now } }
}

function changed(
  state: IncidentState,
  id: string,
  change: (known: RunbookState | undefined) => RunbookState,
): IncidentState {
  return { ...state, runbooks: { ...state.runbooks, [id]: change(state.runbooks[id]) } }
}

export function task(state: IncidentState, id: string, change: (t: TaskState) => TaskState): IncidentState {
  return { ...state, tasks: { ...state.tasks, [id]: change(state.tasks[id] ?? {}) } }
}

export function procedure(
  state: IncidentState,
  e: Of<'procedure.started' | 'procedure.ended'>,
): IncidentState {
  switch (e.type) {
    case 'procedure.started':
      return {
        ...state,
        procedures: {
          ...state.procedures,
          [e.data.procedure]: {
            at: e.at,
            by: e.actor.id,
            inputs: Object.fromEntries(
              Object.entries(e.data.inputs).map(([id, text]) => [id, excerpt(text, lineExcerpt)]),
            ),
            asked: e.data.asked,
            ended: null,
          },
        },
      }
    case 'procedure.ended': {
      const { [e.data.procedure]: run } = state.procedures
      if (run === undefined) return state
      const ended = { at: e.at, by: e.actor.id, result: excerpt(e.data.result, lineExcerpt) }
      return { ...state, procedures: { ...state.procedures, [e.data.procedure]: { ...run, ended } } }
    }
  }
}

export function runbook(
  state: IncidentState,
  e: Of<'runbook.attached' | 'runbook.detached' | 'runbook.found'>,
): IncidentState {
  switch (e.type) {
    case 'runbook.attached':
      // What was done and found before it was detached still counts.
      return changed(state, e.data.runbook, (known) => ({
        at: e.at,
        by: e.actor.id,
        detached: null,
        findings: known?.findings ?? {},
      }))
    case 'runbook.detached':
      return changed(state, e.data.runbook, (known) => ({
        at: known?.at ?? e.at,
        by: known?.by ?? e.actor.id,
        findings: known?.findings ?? {},
        detached: { at: e.at, by: e.actor.id, reason: excerpt(e.data.reason, lineExcerpt) },
      }))
    case 'runbook.found':
      return changed(state, e.data.runbook, (known) => ({
        at: known?.at ?? e.at,
        by: known?.by ?? e.actor.id,
        detached: known?.detached ?? null,
        findings: {
          ...known?.findings,
          [e.data.branch]: { taken: e.data.taken, at: e.at, by: e.actor.id },
        },
      }))
  }
}
