import type { RoomCommandType } from './registry.ts'

/**
 * What people say and do on their own is kept while their line is cut, and carries the time it was made: talk,
 * entries, tasks, the commands they ran. What others may have changed meanwhile (severity, status, roles, the end of the incident) is not.
 */
export function keptOffline(type: RoomCommandType): boolean {
  return (
    type.startsWith('chat.') ||
    type.startsWith('entry.') ||
    type.startsWith('task.') ||
    type === 'command.note'
  )
}

/**
 * What arrives later than this after it was made counts as made offline, ms. Less cannot be told from a slow line:
 * the server gives a sign of life no more often. Nobody answers what a cut line keeps back, so that no effect comes
 * to stand before its cause.
 */
export const offlineAfterMs = 2_000

/**
 * When a command was really made, or undefined when it came at once. The sender's word is bounded by what the server
 * knows: never in the future, never before the incident was declared.
 */
export function madeOfflineAt(
  type: RoomCommandType,
  madeAt: number | undefined,
  bounds: { now: number; declaredAt: number },
): number | undefined {
  if (madeAt === undefined || !keptOffline(type)) return undefined
  const at = Math.max(madeAt, Math.min(bounds.declaredAt, bounds.now))
  return bounds.now - at < offlineAfterMs ? undefined : at
}
