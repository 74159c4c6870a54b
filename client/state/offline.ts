import type { RoomCommandType } from '../../shared/incident/commands/registry.ts'
import { commandTitles } from '../../shared/incident/commands/titles.ts'
import type { CommandError } from '../../shared/protocol/errors.ts'

/** The answer to a command that cannot wait for the line: others may have changed what it is about. */
export function refusedOffline(type: RoomCommandType): { ok: false; error: CommandError } {
  const message = `${commandTitles[type]}: not while you are offline. Others may have changed it meanwhile. Try again once you are live.`
  return { ok: false, error: { code: 'unavailable', message } }
}

/** What the tray shows of a command: the words people wrote, else what they did. */
export function wordsOf(type: RoomCommandType, data: unknown, taskText: (id: string) => string): string {
  const fields: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {}
  const { text, task, reason } = fields
  const which = typeof task === 'string' ? `: ${taskText(task)}` : ''
  const why = typeof reason === 'string' && reason !== '' ? reason : null
  if (typeof text === 'string') return why === null ? text : `${text}\nReason: ${why}`
  const did = `${commandTitles[type]}${which}`
  return why === null ? did : `${did}\nReason: ${why}`
}
