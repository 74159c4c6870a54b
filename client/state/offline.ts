import { commands, type RoomCommandType } from '../../shared/incident/commands/registry.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'

/**
 * What people say and do on their own is kept while the line is cut and sent with it: talk, entries, tasks. What
 * others may have changed meanwhile (severity, status, roles, the end of the incident) is refused, and says so.
 */
export function keptOffline(type: RoomCommandType): boolean {
  return type.startsWith('chat.') || type.startsWith('entry.') || type.startsWith('task.')
}

/** The answer to a command that cannot wait for the line. */
export function refusedOffline(type: RoomCommandType): CommandAnswer {
  const message = `${commands[type].title}: not while you are offline. Others may have changed it meanwhile.`
  return { ok: false, error: { code: 'unavailable', message } }
}
