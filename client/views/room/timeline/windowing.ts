import type { TimelineItem } from '../../../components/room/timeline-items.ts'

/** Where a row stands among all rows, from 1; `of` is -1 while older ones are not loaded. */
export interface Place {
  at: number
  of: number
}

/**
 * Whether a list grew or shrank above the item that is read, `held` by its index: then that keeps its distance to the
 * end. What was loaded further up and what is dated back both come there.
 */
export function grown(
  before: readonly TimelineItem[],
  after: readonly TimelineItem[],
  held: number,
): 'before' | 'behind' {
  if (before.length === 0 || before.length === after.length) return 'behind'
  const first = before.findIndex((item, index) => item.key !== after[index]?.key)
  return first >= 0 && first <= held ? 'before' : 'behind'
}

/**
 * Heights of the items that are drawn, px, as a window takes them, and one for the others: that of most of them.
 * Nothing is measured in a pane that is not shown.
 */
export function sizesOf(
  items: readonly TimelineItem[],
  scroller: HTMLElement | null,
): { cache: [number[], number]; itemSize: number } | undefined {
  const heights = new Map<string | undefined, number>()
  for (const node of scroller?.querySelectorAll<HTMLElement>('[data-item]') ?? []) {
    const { height } = node.getBoundingClientRect()
    if (height > 0) heights.set(node.dataset.item, height)
  }
  const sorted = [...heights.values()].sort((a, b) => a - b)
  const usual = sorted[Math.floor(sorted.length / 2)]
  if (usual === undefined) return undefined
  return { cache: [items.map((item) => heights.get(item.key) ?? -1), usual], itemSize: usual }
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
