import { threadLimit } from '../../../../shared/incident/commands/limits.ts'
import type { EntryKind } from '../../../../shared/incident/events.ts'
import type { RoomModel } from '../room-model.svelte.ts'

export interface QuotedLine {
  author: string
  text: string
  /** When it was said, server ms. */
  at: number
  /** Who the author is, when it is one of us. */
  person: { id: string; name: string } | null
}

/**
 * Records a conversation in its order, {@link threadLimit} lines at a time: all or none of these. Refused
 * lines come back in the tray with their authors, and can be split again from there.
 */
export async function recordThread(
  room: RoomModel,
  kind: EntryKind,
  lines: readonly QuotedLine[],
): Promise<void> {
  for (let from = 0; from < lines.length; from += threadLimit) {
    const part = lines.slice(from, from + threadLimit)
    const data = {
      kind,
      lines: part.map(({ author, text, at, person }) => ({
        text,
        occurredAt: at,
        saidBy: person === null ? { name: author } : { name: author, person: person.id },
      })),
    }
    const words = part.map(({ author, text }) => `${author}: ${text}`).join('\n')
    await room.say('entry.add-thread', data, words)
  }
}
