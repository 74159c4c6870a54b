// Only the type: the wall judges clocks and computes none.
import type { Deadline } from './deadlines.ts'

/** What judging a clock needs of it; a wall's clocks have no more. */
export type JudgedClock = Pick<
  Deadline,
  'kind' | 'from' | 'target' | 'dueAt' | 'lateFrom' | 'targetMs' | 'phase' | 'met' | 'passed'
>

/** What a screen shows of a clock at one moment. Each has an icon, a word and a colour, always together. */
export type Standing =
  | { kind: 'on-track' | 'at-risk'; remainingMs: number }
  | { kind: 'overdue'; overMs: number }
  | { kind: 'met'; afterMs: number | null }
  | { kind: 'met-late'; overMs: number }
  | { kind: 'elapsed' }
  | { kind: 'unset' }
  | { kind: 'scheduled' }
  | { kind: 'next-business-day' }
  | { kind: 'no-severity' }
  | { kind: 'waiting' }
  | { kind: 'off' }

/** Share of the target after which a clock is at risk: ours, not a playbook's figure. */
export const riskShare = 0.8

/**
 * The mark this clock missed if it stops at `at`, or null. A due time that passed stays missed whatever moved the
 * target afterwards: a lower severity or a corrected time undoes no breach (R7, R12, R21).
 */
export function missedMark(
  d: Pick<Deadline, 'kind' | 'dueAt' | 'lateFrom' | 'targetMs' | 'passed'>,
  at: number,
): { dueAt: number; targetMs: number } | null {
  if (d.dueAt !== null && d.lateFrom !== null && d.targetMs !== null && at >= d.lateFrom)
    return { dueAt: d.dueAt, targetMs: d.targetMs }
  return d.kind === 'clock' || d.kind === 'response' ? (d.passed.at(-1) ?? null) : null
}

/** Judges a clock at `now` (server ms). The only place where a clock meets the time. */
export function standingAt(d: JudgedClock, now: number): Standing {
  if (d.met !== null) {
    if (d.met.late) return { kind: 'met-late', overMs: d.met.overMs }
    return { kind: 'met', afterMs: d.from === null ? null : Math.max(0, d.met.at - d.from.at) }
  }
  if (d.phase === 'off') return { kind: 'off' }
  if (d.phase === 'stopped') return { kind: 'elapsed' }
  // A missed mark stays overdue until the clock is stopped, wherever the target went meanwhile.
  const missed = d.phase === 'running' ? missedMark(d, now) : null
  if (missed !== null && d.kind !== 'watch' && d.kind !== 'phase')
    return { kind: 'overdue', overMs: now - missed.dueAt }
  switch (d.target.kind) {
    case 'no-severity':
      return { kind: 'no-severity' }
    case 'scheduled':
      return { kind: 'scheduled' }
    case 'next-business-day':
      if (d.dueAt === null) return { kind: 'next-business-day' }
      break
    case 'figure':
      break
  }
  if (d.target.kind === 'figure' && d.target.figure.kind === 'unset') return { kind: 'unset' }
  if (d.phase === 'waiting' || d.dueAt === null || d.lateFrom === null || d.targetMs === null)
    return { kind: 'waiting' }
  if (now >= d.lateFrom) return { kind: 'elapsed' }
  const remainingMs = Math.max(0, d.dueAt - now)
  return {
    kind: !staysCalm(d) && now >= riskAt(d.dueAt, d.targetMs) ? 'at-risk' : 'on-track',
    remainingMs,
  }
}

/** Nothing is at risk before the end of a watch or of somebody's timer. */
function staysCalm(d: JudgedClock): boolean {
  return d.kind === 'watch' || d.kind === 'timer'
}

/** When a clock turns at risk, in ms. */
export function riskAt(dueAt: number, targetMs: number): number {
  return dueAt - Math.round(targetMs * (1 - riskShare))
}

/** Next moment at which {@link standingAt} answers with another kind, or null. Screens wake then, not each second. */
export function nextChangeAt(d: JudgedClock, now: number): number | null {
  if (d.phase !== 'running' || d.dueAt === null || d.lateFrom === null || d.targetMs === null) return null
  if (standingAt(d, now).kind === 'overdue') return null
  const risk = riskAt(d.dueAt, d.targetMs)
  if (!staysCalm(d) && now < risk) return risk
  return now < d.lateFrom ? d.lateFrom : null
}

/** Overdue first (longest over first), then what is due next, then the calm, then the unset. */
export function byUrgency(now: number): (a: JudgedClock, b: JudgedClock) => number {
  return (a, b) => rank(a, now) - rank(b, now) || markOf(a, now) - markOf(b, now)
}

function markOf(d: JudgedClock, now: number): number {
  return missedMark(d, now)?.dueAt ?? d.dueAt ?? Number.MAX_SAFE_INTEGER
}

function rank(d: JudgedClock, now: number): number {
  switch (standingAt(d, now).kind) {
    case 'overdue':
      return 0
    case 'at-risk':
    case 'on-track':
      return 1
    case 'waiting':
    case 'next-business-day':
    case 'scheduled':
    case 'no-severity':
      return 2
    case 'unset':
      return 3
    case 'met-late':
    case 'met':
    case 'elapsed':
    case 'off':
      return 4
  }
}

/** "04:59", "1:02:03" under a day, then "2 d 4 h". `ms` is rounded so that 0 shows only when time is up. */
export function clockDigits(ms: number, counting: 'down' | 'up'): string {
  const seconds = counting === 'down' ? Math.ceil(ms / 1000) : Math.floor(ms / 1000)
  const s = seconds % 60
  const m = Math.floor(seconds / 60) % 60
  const h = Math.floor(seconds / 3600)
  if (h >= 24) {
    const d = Math.floor(h / 24)
    return `${d} d ${h % 24} h`
  }
  const mmss = `${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`
  return h > 0 ? `${h}:${mmss}` : mmss
}
