import type { IncidentEvent } from '../../../../shared/incident/events.ts'
import { lift } from '../../../../shared/incident/events.ts'
import type { RowKind } from '../../../../shared/incident/row-query.ts'
import { searchEntries } from '../../../net/log-search.ts'
import type { RoomModel } from '../room-model.svelte.ts'

/** Pages of older rows that are read at most: whoever has more of them sees the newest. */
const mostPages = 10

/**
 * Events of the whole log whose rows are of this kind: those loaded and, where there are more, older ones. `whole`
 * is false when there was too much of it.
 * @throws RequestFailed when the server does not answer
 */
export async function wholeLog(
  room: RoomModel,
  kind: RowKind,
): Promise<{ events: readonly IncidentEvent[]; whole: boolean }> {
  const loaded = room.store.entries
  const older: IncidentEvent[] = []
  let next: number | null = room.store.hasOlder ? (loaded[0]?.seq ?? null) : null
  for (let page = 0; next !== null && page < mostPages; page += 1) {
    const found: Awaited<ReturnType<typeof searchEntries>> = await searchEntries(room.id, { kind }, next)
    older.unshift(...found.entries.map((e) => lift(e)))
    next = found.next
  }
  return { events: [...older, ...loaded], whole: next === null }
}
