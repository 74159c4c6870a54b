import type { PlannedStep } from '../../../shared/incident/escalation/plan.ts'

/** One rung of the ladder picture; the first step is the lowest. */
export interface Rung {
  key: string
  y: number
  /** Where its dot stands, px. */
  x: number
  /** Taken, to come at a time, or without a time. */
  look: 'taken' | 'coming' | 'untimed' | 'struck'
  /** Comes together with the lowest, at once: a red upright leads to it. */
  atOnce: boolean
}

/** From one rung to the next: across at the lower one, then up. */
export interface Stair {
  key: string
  from: { x: number; y: number }
  to: { x: number; y: number }
  look: 'taken' | 'coming' | 'untimed' | 'at-once'
}

export interface LadderTick {
  x: number
  /** Since the base, ms. */
  ms: number
}

export interface LadderLayout {
  rungs: Rung[]
  stairs: Stair[]
  ticks: LadderTick[]
  /** Right of it no time is stated; null where every step has one. */
  untimedX: number | null
  /** Where now is, px. */
  nowX: number
  height: number
}

export const rungHeight = 46
/** Least distance between two labels of the axis, px. */
const tickGap = 52
const untimedWidth = 88
const inset = 14

/** When a step came or comes, ms; null where nobody knows. */
export function timeOf({ standing }: PlannedStep): number | null {
  switch (standing.kind) {
    case 'done':
    case 'due':
    case 'pending':
      return standing.kind === 'done' ? (standing.dueAt ?? standing.at) : standing.dueAt
    case 'skipped':
      return standing.at
    case 'held':
      return standing.until
    case 'unset':
    case 'asks':
    case 'after':
    case 'off':
      return null
  }
}

/**
 * Draws the steps of one path over the minutes since `base`: rungs as rows from below, time across, `width` px wide.
 * What has no time stands in a column of its own at the right.
 */
export function layoutLadder(
  steps: readonly PlannedStep[],
  base: number,
  now: number,
  width: number,
): LadderLayout {
  const times = steps.map((step) => timeOf(step))
  const known = times.flatMap((at) => (at === null ? [] : [Math.max(0, at - base)]))
  const untimed = known.length < steps.length
  const right = width - inset - (untimed ? untimedWidth : 0)
  const longest = Math.max(1, ...known)
  // Now is drawn inside the picture however long ago the last step was.
  const scale = (ms: number) => inset + (Math.min(ms, longest) / longest) * Math.max(0, right - inset - 20)
  const height = steps.length * rungHeight
  const untimedX = untimed ? width - inset - untimedWidth / 2 : null

  const rungs = steps.map((step, i): Rung => {
    const at = times[i] ?? null
    const { kind } = step.standing
    const first = i === 0 ? null : (times[0] ?? null)
    return {
      key: step.key,
      y: height - i * rungHeight - rungHeight / 2,
      x: at === null ? (untimedX ?? inset) : scale(Math.max(0, at - base)),
      look:
        kind === 'skipped' || kind === 'off'
          ? 'struck'
          : at === null
            ? 'untimed'
            : kind === 'done' || kind === 'due'
              ? 'taken'
              : 'coming',
      atOnce: at !== null && first !== null && Math.abs(at - first) < 1_000,
    }
  })

  const stairs = rungs.slice(1).map((to, i): Stair => {
    // What waits goes on from the last that waited: those that came at once stand aside.
    const before = rungs.slice(0, i + 1).findLast((rung, j) => j === 0 || !rung.atOnce)
    const from = (to.atOnce ? rungs[0] : before) ?? to
    const timed = from.look !== 'untimed' && times[i + 1] !== null
    return {
      key: to.key,
      from: { x: from.x, y: from.y },
      to: { x: to.x, y: to.y },
      look: to.atOnce ? 'at-once' : !timed ? 'untimed' : to.look === 'taken' ? 'taken' : 'coming',
    }
  })

  const ticks: LadderTick[] = []
  for (const ms of [...new Set(known)].sort((a, b) => a - b)) {
    const x = scale(ms)
    const last = ticks.at(-1)
    if (last === undefined || x - last.x >= tickGap) ticks.push({ x, ms })
  }
  return { rungs, stairs, ticks, untimedX, nowX: scale(Math.max(0, now - base)), height }
}
