import { callCondition } from '../../../shared/incident/escalation/coming.ts'
import { byUrgency, standingAt } from '../../../shared/incident/standing.ts'
import type { WallClock, WallTile } from '../../../shared/protocol/wall.ts'

export type Arrangement =
  | { kind: 'calm' }
  | { kind: 'one'; tile: WallTile }
  | { kind: 'cards'; columns: 2 | 3; tiles: WallTile[] }
  | { kind: 'many'; top: WallTile[]; rows: WallTile[]; more: number }

/** Below three cards so many rows fit. */
const mostRows = 4

/** Which picture the wall shows: everything sorted by the next breach, what does not fit is counted. */
export function arrange(tiles: readonly WallTile[], now: number): Arrangement {
  const sorted = byNextBreach(tiles, now)
  const [first] = sorted
  if (first === undefined) return { kind: 'calm' }
  if (sorted.length === 1) return { kind: 'one', tile: first }
  if (sorted.length <= 4) return { kind: 'cards', columns: 2, tiles: sorted }
  if (sorted.length <= 6) return { kind: 'cards', columns: 3, tiles: sorted }
  const behind = sorted.slice(3)
  // The line that counts the rest takes the place of one row.
  const shown = behind.length <= mostRows ? behind.length : mostRows - 1
  return { kind: 'many', top: sorted.slice(0, 3), rows: behind.slice(0, shown), more: behind.length - shown }
}

/** What is overdue longest first, then what breaks next; what has no running clock last, newest first. */
export function byNextBreach(tiles: readonly WallTile[], now: number): WallTile[] {
  const due = new Map(tiles.map((tile) => [tile.key, worstOf(tile, now)?.dueAt ?? Number.POSITIVE_INFINITY]))
  const dueOf = (tile: WallTile) => due.get(tile.key) ?? Number.POSITIVE_INFINITY
  return [...tiles].sort((a, b) => {
    const [dueA, dueB] = [dueOf(a), dueOf(b)]
    return dueA === dueB ? b.declaredAt - a.declaredAt : dueA - dueB
  })
}

/** What is owed and counts now, most urgent first. The window of a phase is nothing that is owed. */
export function running(tile: WallTile, now: number): WallClock[] {
  return tile.clocks
    .filter((clock) => {
      const { kind } = standingAt(clock, now)
      return clock.kind !== 'phase' && (kind === 'overdue' || kind === 'at-risk' || kind === 'on-track')
    })
    .sort(byUrgency(now))
}

/** Clocks that were met, in time or late. */
export function met(tile: WallTile): WallClock[] {
  return tile.clocks.filter((clock) => clock.met !== null && clock.from !== null)
}

export function worstOf(tile: WallTile, now: number): WallClock | null {
  return running(tile, now)[0] ?? null
}

export interface Resting {
  text: string
  /** Nobody has stated it: drawn dashed. */
  unset: boolean
}

/** What stands where the digits would, when no clock runs. Never a figure. */
export function restingWords(tile: WallTile, now: number): Resting {
  if (tile.severity === null) return { text: 'No severity yet', unset: true }
  const kinds = tile.clocks.map((clock) => standingAt(clock, now).kind)
  if (kinds.includes('next-business-day')) return { text: 'Next business day', unset: false }
  if (kinds.includes('scheduled')) return { text: 'Scheduled', unset: false }
  if (tile.unset > 0) return { text: 'no target stated', unset: true }
  return { text: 'No clock is running', unset: false }
}

/** What comes at a time that is known: a clock that falls due, or a call. */
export interface Coming {
  id: string
  label: string
  at: number
  /** Null for a call: nobody is late with it. */
  clock: WallClock | null
  /** On what a call depends, in words. */
  condition: string | null
}

/** A clock as what comes; one without a due time has none to stand by. */
export function itemOf(clock: WallClock): Coming {
  return { id: clock.id, label: clock.label, at: clock.dueAt ?? 0, clock, condition: null }
}

/** What falls due and who is called, soonest first; nothing that is over. */
export function coming(tile: WallTile, now: number): Coming[] {
  const clocks = running(tile, now).flatMap((clock) => (clock.dueAt === null ? [] : [itemOf(clock)]))
  const calls = (tile.calls ?? []).map((call) => ({ ...call, clock: null, condition: callCondition(call) }))
  return [...clocks, ...calls].filter(({ at }) => at >= now).sort((a, b) => a.at - b.at)
}

/** The strip names what comes within this, ms. */
export const queueMs = 30 * 60_000

export interface QueueItem {
  tile: WallTile
  item: Coming
}

/** What comes within `windowMs` over all tiles, soonest first. */
export function queueOf(tiles: readonly WallTile[], now: number, windowMs: number): QueueItem[] {
  return tiles
    .flatMap((tile) => coming(tile, now).map((item) => ({ tile, item })))
    .filter(({ item }) => item.at <= now + windowMs)
    .sort((a, b) => a.item.at - b.item.at)
}

/** From 22 to 6 where the wall hangs: `hour` is its local hour. */
export function isNight(hour: number): boolean {
  return hour >= 22 || hour < 6
}
