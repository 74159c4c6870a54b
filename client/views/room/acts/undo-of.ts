import type { CommandData, RoomCommandType } from '../../../../shared/incident/commands/registry.ts'
import { statusName } from '../../../../shared/incident/ending-words.ts'
import type { IncidentState } from '../../../../shared/incident/state.ts'
import type { Playbook, Status } from '../../../../shared/playbook/model.ts'

/** One command with its data. */
export type Given = {
  [T in RoomCommandType]: { type: T; data: CommandData<T> }
}[RoomCommandType]

/** What was done, in words, and the commands that put the old value back, in order. */
export interface WayBack {
  done: string
  commands: readonly Given[]
}

/**
 * The way back from a command that the server just took, or null where there is none: severity, status and the end
 * of an incident. Each way expects that nothing changed since, so that nobody's later choice is taken back with it.
 * Nothing is deleted: going back is one more event, with its reason.
 * @param before what was seen when the command was given
 */
export function wayBack(
  given: Given,
  before: IncidentState,
  playbook: Playbook,
  person: string,
): WayBack | null {
  const reason = `Undone by ${person} within 10 s`
  switch (given.type) {
    case 'severity.set': {
      const { to } = given.data
      const was = before.severity?.key
      // The first severity has no value to go back to: another is chosen instead.
      if (was === undefined || was === to) return null
      const rank = (key: string) => playbook.severities.find((s) => s.key === key)?.rank ?? 0
      const moved = rank(to) < rank(was) ? 'raised' : 'lowered'
      return {
        done: `Severity ${moved} to ${to}.`,
        commands: [{ type: 'severity.set', data: { to: was, reason, expected: to } }],
      }
    }
    case 'status.set': {
      const { to } = given.data
      const was = before.status.value
      // What was opened again asks anew for what vouched for its end: nothing leads straight back.
      if (was === to || was === 'closed' || was === 'resolved') return null
      return {
        done: `Status is ${statusName(playbook, to)}.`,
        commands:
          to === 'resolved'
            ? openedAgain('resolved', was, reason)
            : [{ type: 'status.set', data: { to: was, reason, expected: to } }],
      }
    }
    case 'incident.close': {
      const was = before.status.value
      if (was === 'closed') return null
      return { done: 'Incident closed.', commands: openedAgain('closed', was, reason) }
    }
    default:
      return null
  }
}

/** It was never over: ticks stay, what was resolved is resolved again, and where an open one stood is put back on top. */
function openedAgain(from: 'resolved' | 'closed', was: Exclude<Status, 'closed'>, reason: string): Given[] {
  // What somebody else ended meanwhile stays ended.
  const reopen: Given = { type: 'incident.reopen', data: { reason, as: 'mistake', expected: from } }
  return was === 'investigating' || was === 'resolved'
    ? [reopen]
    : [reopen, { type: 'status.set', data: { to: was, reason, expected: 'investigating' } }]
}
