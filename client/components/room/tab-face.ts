import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { clockDigits, standingAt } from '../../../shared/incident/standing.ts'

/** What the tab of a room shows of itself: a title, and a sign small enough for 16 px. */
export interface TabFace {
  title: string
  icon: TabIcon
}

/** A road sign with at most two characters in it. Equal icons are drawn once. */
export interface TabIcon {
  /** Of the severity; null: nobody has set one. */
  rank: number | null
  state: 'quiet' | 'running' | 'at-risk' | 'overdue' | 'over'
  /** Whole minutes left, `!` when overdue; empty when nothing counts or it is far away. */
  mark: string
}

/** Signs that every font has, in the shapes of the badges: octagon, triangle, diamond, disc, ring. */
function glyph(rank: number | null): string {
  if (rank === null) return '○'
  return ['⬣', '▲', '◆'][Math.max(1, rank) - 1] ?? '●'
}

/** `4:10 ▲ API down`, `+2:10 ▲ API down`: the clock that breaks next, or the sign alone when none counts. */
export function tabFace(
  incident: { title: string; rank: number | null; over: boolean },
  clock: Deadline | null,
  now: number,
): TabFace {
  const { title, rank, over } = incident
  const named = `${glyph(rank)} ${title}`
  if (over) return { title: `✓ ${title}`, icon: { rank, state: 'over', mark: '' } }
  const standing = clock === null ? null : standingAt(clock, now)
  switch (standing?.kind) {
    case 'on-track':
    case 'at-risk': {
      const { remainingMs } = standing
      const minutes = Math.ceil(remainingMs / 60_000)
      return {
        title: `${short(clockDigits(remainingMs, 'down'))} ${named}`,
        icon: {
          rank,
          state: standing.kind === 'at-risk' ? 'at-risk' : 'running',
          mark: minutes > 99 ? '' : String(minutes),
        },
      }
    }
    case 'overdue':
      return {
        title: `+${short(clockDigits(standing.overMs, 'up'))} ${named}`,
        icon: { rank, state: 'overdue', mark: '!' },
      }
    default:
      return { title: named, icon: { rank, state: 'quiet', mark: '' } }
  }
}

/** Tabs are narrow: `04:10` is `4:10`. */
function short(digits: string): string {
  return digits.replace(/^0(?=\d:)/, '')
}
