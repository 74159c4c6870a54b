import type { TimelineItem } from '../../../components/room/timeline-items.ts'

/** Where a row stands among all rows, from 1; `of` is -1 while older ones are not loaded. */
export interface Place {
  at: number
  of: number
}

/** Whether a list grew or shrank at its beginning: then what is read keeps its distance to the end. */
export function grown(before: readonly TimelineItem[], after: readonly TimelineItem[]): 'before' | 'behind' {
  if (before.length === after.length) return 'behind'
  const end = before.at(-1)?.key
  return end !== undefined && after.at(-1)?.key === end && before[0]?.key !== after[0]?.key
    ? 'before'
    : 'behind'
}

/** For every item how many rows stand up to and with it: breaks and lines between them are none. */
export function placesOf(items: readonly TimelineItem[]): number[] {
  let rows = 0
  return items.map((item) => {
    if (isRow(item)) rows += 1
    return rows
  })
}

/** Index of the item that holds the row, -1 when it is not among them. */
export function indexOfSeq(items: readonly TimelineItem[], seq: number): number {
  return items.findIndex((item) =>
    item.kind === 'fold'
      ? item.rows.some((row) => row.seq === seq)
      : item.kind === 'row' && item.row.seq === seq,
  )
}

/** The next row from an item: one up or down by ±1, the first or last by ±2; null at the end. */
export function rowAfter(items: readonly TimelineItem[], from: number, step: number): number | null {
  const direction = Math.sign(step)
  const ends = Math.abs(step) === 2
  let at = ends ? (direction > 0 ? items.length - 1 : 0) : from + direction
  const inwards = ends ? -direction : direction
  for (; at >= 0 && at < items.length; at += inwards) {
    const item = items[at]
    if (item !== undefined && isRow(item)) return at
  }
  return null
}

function isRow(item: TimelineItem): boolean {
  return item.kind === 'row' || item.kind === 'fold'
}
