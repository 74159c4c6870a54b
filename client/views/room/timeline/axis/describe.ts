import { actorName } from '../../../../../shared/incident/actor-name.ts'
import { sentence } from '../../../../../shared/incident/sentences.ts'
import type { TimelineRow } from '../../../../../shared/incident/timeline.ts'
import type { RoomModel } from '../../room-model.svelte.ts'
import { lookOfKind } from '../entry-kinds.ts'

/** A row in one line: what it is, whose, and its first words. */
export function describe(row: TimelineRow, room: Pick<RoomModel, 'playbook' | 'names'>): string {
  switch (row.kind) {
    case 'system':
      return sentence(row.event, room.playbook, room.names)
    case 'chat':
      return `${actorName(row.actor, room.names)}: ${short(row.text)}`
    case 'entry': {
      const who = row.saidBy?.name ?? actorName(row.actor, room.names)
      const author = row.pinnedFrom === null ? who : room.names.person(row.pinnedFrom.author)
      return `${lookOfKind(row.entry).label}, ${author}: ${short(row.text)}${row.struck === null ? '' : ' (struck)'}`
    }
  }
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 140 ? `${line.slice(0, 139)}…` : line
}
