import type { Playbook } from '../playbook/model.ts'
import type { EntryKind } from './events.ts'
import { type RowKind, type RowQuery, wordsOf } from './row-query.ts'
import { type Names, sentence } from './sentences.ts'
import { isTurn, type TimelineRow } from './timeline.ts'

/** What text is looked for in; the same on every machine that knows the same names. */
export interface SearchWorld {
  playbook: Playbook
  names: Names
}

/** Whether a row is what the query asks for. Deleted words are not found. */
export function rowMatches(row: TimelineRow, query: RowQuery, world: SearchWorld): boolean {
  if (!ofKind(row, query.kind)) return false
  if (query.from !== undefined && row.at < query.from) return false
  if (query.to !== undefined && row.at >= query.to) return false
  if (query.person !== undefined && !peopleOf(row).includes(query.person)) return false
  const words = wordsOf(query.text)
  if (words.length === 0) return true
  const text = textOf(row, world).toLowerCase()
  return words.every((word) => text.includes(word))
}

function ofKind(row: TimelineRow, kind: RowKind): boolean {
  switch (kind) {
    case 'all':
      return true
    case 'chat':
    case 'system':
      return row.kind === kind
    case 'decisions':
      return isEntryOf(row, 'decision')
    case 'turns':
      return row.kind === 'system' && isTurn(row.event.type)
    case 'record':
      return row.kind === 'entry' || (row.kind === 'system' && isTurn(row.event.type))
    default:
      return isEntryOf(row, kind)
  }
}

function isEntryOf(row: TimelineRow, kind: EntryKind): boolean {
  return row.kind === 'entry' && row.entry === kind
}

function peopleOf(row: TimelineRow): string[] {
  switch (row.kind) {
    case 'chat':
      return [row.actor.id]
    case 'system':
      return [row.event.actor.id]
    case 'entry':
      return [row.actor.id, row.saidBy?.person ?? '', row.pinnedFrom?.author ?? '']
  }
}

function textOf(row: TimelineRow, { playbook, names }: SearchWorld): string {
  const name = (id: string) => names.person(id)
  switch (row.kind) {
    case 'chat':
      return `${name(row.actor.id)} ${row.text}`
    case 'system':
      return sentence(row.event, playbook, names)
    case 'entry': {
      const earlier = row.versions.map((version) => version.text).join(' ')
      const author = row.pinnedFrom === null ? '' : name(row.pinnedFrom.author)
      return `${row.text} ${row.reason ?? ''} ${row.saidBy?.name ?? ''} ${author} ${name(row.actor.id)} ${earlier}`
    }
  }
}
