import { entryKinds } from './events.ts'

/** Most rows of one answer, and most letters of what is looked for. */
export const searchPage = 100
export const longestSearch = 200

/** What a reader of the timeline may ask to see, each a word of the search's address. */
export const rowKinds = ['all', 'record', 'decisions', 'chat', 'turns', 'system', ...entryKinds] as const
export type RowKind = (typeof rowKinds)[number]

/** Which rows somebody wants. What is left out asks for nothing. */
export interface RowQuery {
  kind: RowKind
  /** Words that all have to occur, in any case and order. */
  text?: string
  /** Whoever wrote, said, pinned or did it. */
  person?: string
  /** Happened at or after, and before, ms. */
  from?: number
  to?: number
}

export function asksNothing(query: RowQuery): boolean {
  return (
    query.kind === 'all' &&
    (query.text ?? '').trim() === '' &&
    query.person === undefined &&
    query.from === undefined &&
    query.to === undefined
  )
}

export function isRowKind(word: string): word is RowKind {
  return rowKinds.some((kind) => kind === word)
}

/** The words looked for, small. */
export function wordsOf(text: string | undefined): string[] {
  return (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}
