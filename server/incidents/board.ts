import type { BoardRow } from '../../shared/protocol/socket.ts'
import type { WallSnapshot, WallTile } from '../../shared/protocol/wall.ts'
import type { Clock } from '../platform/clock.ts'
import { DatabaseError } from '../platform/database.ts'
import type { CalmPicture } from './calm.ts'
import type { Incident, IncidentStore } from './incident-store.ts'
import type { Roster } from './roster.ts'
import { boardRow, commanderOf, wallTile } from './tiles.ts'

const dayMs = 86_400_000
/** Closed incidents stay on the board this long, in ms. */
const closedShownMs = 7 * dayMs
/** The thirty days are counted again this long after they were, in ms, when anything was committed since. */
const calmForMs = 60_000

export interface BoardParts {
  store: IncidentStore
  roster: Roster
  clock: Clock
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** The last thirty days, and what was closed last. */
  calm(now: number): Promise<CalmPicture>
  /** Told of every drawing that changed something, whoever asked for it. */
  changed(change: BoardChange): void
  /** Told once of an incident that cannot be drawn; it keeps its last picture and is tried again. */
  unreadable(incidentId: string, error: unknown): void
}

export interface BoardChange {
  rows: BoardRow[]
  gone: string[]
  wall: WallSnapshot
}

/**
 * The pictures of all incidents. There is no order between incidents: each node compares id and seq with what it
 * drew last, on hints and at every beat of the pulse that tells of a commit, and draws again what changed.
 */
export function createBoard(parts: BoardParts) {
  const rows = new Map<string, BoardRow>()
  const tiles = new Map<string, WallTile>()
  const dirty = new Set<string>()
  const unreadable = new Set<string>()
  let drawing: Promise<void> | null = null
  let queued: Promise<void> | null = null
  let calm: CalmPicture = { days: [], last: null }
  let calmAt = Number.NEGATIVE_INFINITY
  let calmStale = true
  /** When the next closed incident leaves the board. */
  let leavesAt = Number.POSITIVE_INFINITY

  async function draw(): Promise<void> {
    const now = parts.clock.now()
    const heads = await parts.store.heads(now - closedShownMs)
    const present = new Set(heads.map((h) => h.id))
    const gone = [...rows.keys()].filter((id) => !present.has(id))
    for (const id of gone) {
      rows.delete(id)
      tiles.delete(id)
    }
    const changed: BoardRow[] = []
    // At once when an incident begins, ends or begins again, and at midnight; how bad one is may wait a minute.
    let calmChanged = gone.length > 0 || calmDue(now)
    for (const head of heads) {
      const before = rows.get(head.id)
      if (before?.seq === head.seq && !dirty.has(head.id)) continue
      dirty.delete(head.id)
      try {
        const incident = await parts.store.load(head.id)
        if (incident !== null) {
          const row = await redraw(incident)
          changed.push(row)
          calmChanged ||= before?.open !== row.open
        }
        unreadable.delete(head.id)
      } catch (error) {
        dirty.add(head.id)
        if (error instanceof DatabaseError) {
          for (const { id } of changed) dirty.add(id)
          throw error
        }
        // One that cannot be read, as when a newer version wrote it, must not darken all the others.
        if (!unreadable.has(head.id)) parts.unreadable(head.id, error)
        unreadable.add(head.id)
      }
    }
    // Who comes into or leaves a room that is not on the board changes nothing here.
    for (const id of dirty) if (!present.has(id)) dirty.delete(id)
    leavesAt = [...rows.values()].reduce(
      (first, { closedAt }) => (closedAt === null ? first : Math.min(first, closedAt + closedShownMs)),
      Number.POSITIVE_INFINITY,
    )
    if (calmChanged) {
      calmStale = false
      try {
        calm = await parts.calm(now)
      } catch (error) {
        calmStale = true
        for (const { id } of changed) dirty.add(id)
        throw error
      }
      calmAt = now
    }
    if (calmChanged || changed.length > 0) parts.changed({ rows: changed, gone, wall: snapshot(now) })
  }

  async function redraw(incident: Incident): Promise<BoardRow> {
    const commander = commanderOf(incident.state, incident.playbook)
    const names = await parts.names(commander === null ? [] : [commander.person])
    const nameOf = (id: string) => names.get(id)?.name ?? 'Somebody'
    const here = await parts.roster.present(incident.id)
    const row = boardRow(incident, nameOf, here.length)
    rows.set(incident.id, row)
    if (row.open) tiles.set(incident.id, wallTile(incident, nameOf))
    else tiles.delete(incident.id)
    return row
  }

  function calmDue(now: number): boolean {
    return (calmStale && now - calmAt > calmForMs) || Math.floor(now / dayMs) !== Math.floor(calmAt / dayMs)
  }

  function snapshot(now: number): WallSnapshot {
    return { tiles: [...tiles.values()], ...calm, at: now }
  }

  /**
   * Draws what changed since the last time. A call while one is under way waits for another after it, which all
   * such calls share: what was committed before the call is always in what it gives.
   */
  function refresh(): Promise<void> {
    if (drawing === null) {
      drawing = draw().finally(() => {
        drawing = null
      })
      return drawing
    }
    queued ??= drawing
      .catch(() => undefined)
      .then(() => {
        queued = null
        return refresh()
      })
    return queued
  }

  return {
    refresh,
    /** True when there is something to draw that no commit tells of: who is there, or that time has passed. */
    due(): boolean {
      const now = parts.clock.now()
      return dirty.size > 0 || now >= leavesAt || calmDue(now)
    },
    /** Something was committed, also where the board itself shows nothing of it. */
    stale(): void {
      calmStale = true
    },
    /** The incident has to be drawn again although its seq may be the same (who is there). */
    touch: (incidentId: string) => void dirty.add(incidentId),
    rows: (): BoardRow[] => [...rows.values()],
    wall: (): WallSnapshot => snapshot(parts.clock.now()),
  }
}

export type Board = ReturnType<typeof createBoard>
