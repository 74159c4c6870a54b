/** What stands on the ruler. Times are server ms; `width` is the label's in px. */
export interface RulerMark {
  id: string
  at: number
  width: number
}

export interface PlacedMark<M extends RulerMark> {
  mark: M
  /** Distance from now in px, at the moment of the layout. */
  x: number
  lane: 0 | 1
  /** The label stands left of its stem: near the end of the ruler. */
  flipped: boolean
  /** Marks at nearly the same place whose labels found no room. */
  more: M[]
}

export interface RulerLayout<M extends RulerMark> {
  placed: PlacedMark<M>[]
  /** All marks inside the window, labelled or not: each has its dot. */
  dots: { id: string; x: number }[]
  /** What lies beyond the window, nearest first. */
  beyond: M[]
}

export const rulerWindowMs = 30 * 60_000
const gap = 10
/** Room for the count of marks without a label, px. */
const moreWidth = 24

/**
 * Places labels to the right of their stems in two lanes, near the end to the left. The upper lane's stems pass through the lower one, so a
 * lower label never lies across one; what finds no room is counted with the label before it.
 */
export function layoutRuler<M extends RulerMark>(
  marks: readonly M[],
  now: number,
  width: number,
): RulerLayout<M> {
  const sorted = [...marks].filter((m) => m.at >= now).sort((a, b) => a.at - b.at)
  const inside = sorted.filter((m) => m.at <= now + rulerWindowMs)
  const placed: PlacedMark<M>[] = []
  const dots: { id: string; x: number }[] = []
  let upperEnd = Number.NEGATIVE_INFINITY
  let lowerEnd = Number.NEGATIVE_INFINITY
  for (const mark of inside) {
    const x = ((mark.at - now) / rulerWindowMs) * width
    dots.push({ id: mark.id, x })
    const last = placed.at(-1)
    const fits = x + mark.width <= width
    if (x >= upperEnd + gap && x >= lowerEnd && fits) {
      placed.push({ mark, x, lane: 0, flipped: false, more: [] })
      upperEnd = x + mark.width
    } else if (x >= lowerEnd + gap && fits) {
      placed.push({ mark, x, lane: 1, flipped: false, more: [] })
      lowerEnd = x + mark.width
    } else if (!fits && x >= lowerEnd && x - mark.width >= Math.max(0, upperEnd + gap)) {
      placed.push({ mark, x, lane: 0, flipped: true, more: [] })
      upperEnd = x
    } else if (last !== undefined) {
      last.more.push(mark)
      const end = last.x + (last.flipped ? 0 : last.mark.width) + moreWidth
      if (last.lane === 0) upperEnd = end
      else lowerEnd = end
    } else {
      // Wider than the ruler: it has the place to itself and is cut at the edge.
      placed.push({ mark, x, lane: 0, flipped: false, more: [] })
      upperEnd = width
    }
  }
  return { placed, dots, beyond: sorted.filter((m) => m.at > now + rulerWindowMs) }
}

/** Whole five-minute marks of the window, ms, leaving out those too near its ends. */
export function rulerTicks(now: number): number[] {
  const step = 5 * 60_000
  const ticks: number[] = []
  for (let at = Math.ceil(now / step) * step; at <= now + rulerWindowMs; at += step) ticks.push(at)
  return ticks
}

/**
 * Width of a label in px: a little generous, so that labels never touch. `scale`: how many times as large as usual
 * somebody has set their letters.
 */
export function labelWidth(text: string, scale = 1): number {
  return Math.ceil(text.length * 6.4 * scale) + 8
}
