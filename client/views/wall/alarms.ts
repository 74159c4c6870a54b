import { standingAt } from '../../../shared/incident/standing.ts'
import type { WallTile } from '../../../shared/protocol/wall.ts'

/** What a wall can be heard for: an incident of rank 1, a clock that broke, an update that is due. */
export type Cue = 'rank-1' | 'breach' | 'update'

/** Something that is heard once. The same event has the same id on every look, on every page. */
export interface Alarm {
  id: string
  cue: Cue
  /** When it happened, server ms; null where nobody told. */
  at: number | null
}

/** Everything in this picture that is worth a sound, whether it was heard or not. Phases and watches are nothing owed. */
export function alarmsIn(tiles: readonly WallTile[], now: number): Alarm[] {
  return tiles.flatMap((tile) => {
    const of = `${tile.key} ${tile.declaredAt}`
    const alarms: Alarm[] = []
    if (tile.severity?.rank === 1) alarms.push({ id: `rank-1 ${of}`, cue: 'rank-1', at: null })
    for (const clock of tile.clocks) {
      const standing = standingAt(clock, now)
      if (standing.kind !== 'overdue') continue
      const at = now - standing.overMs
      alarms.push({
        id: `${clock.id} ${of} ${at}`,
        cue: clock.kind === 'update' ? 'update' : 'breach',
        at,
      })
    }
    return alarms
  })
}

/** Where the ids of what was heard are kept; another page of the same wall reads them too. */
export interface AlarmStore {
  read(): string | null
  write(text: string): void
}

/** Older than this when the wall learns of it, a breach is seen and not heard any more. */
export const staleMs = 10 * 60_000
/** Newest ids kept: far more than can be overdue at once. */
const mostKept = 500

/** Which alarms were heard already. Across reloads and reconnections each is heard at most once. */
export class AlarmMemory {
  readonly #store: AlarmStore

  constructor(store: AlarmStore) {
    this.#store = store
  }

  /** Remembers all of them and gives those that are new. What a wall finds on its very first look is old to it. */
  fresh(alarms: readonly Alarm[], now: number): Alarm[] {
    const kept = this.#read()
    const known = new Set(kept)
    const unknown = alarms.filter((alarm) => !known.has(alarm.id))
    if (unknown.length === 0 && kept !== null) return []
    const ids = [...(kept ?? []), ...unknown.map((alarm) => alarm.id)]
    // What can still be seen is never forgotten for what is gone.
    const shown = new Set(alarms.map((alarm) => alarm.id))
    const gone = ids.filter((id) => !shown.has(id)).slice(-mostKept)
    this.#store.write(JSON.stringify([...gone, ...shown]))
    if (kept === null) return []
    return unknown.filter((alarm) => alarm.at === null || now - alarm.at < staleMs)
  }

  #read(): string[] | null {
    try {
      const value: unknown = JSON.parse(this.#store.read() ?? 'null')
      return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : null
    } catch {
      return null
    }
  }
}

export const gravestFirst: readonly Cue[] = ['rank-1', 'breach', 'update']

/** Several at once are one sound, that of the gravest. */
export function gravest(alarms: readonly Alarm[]): Cue | null {
  return gravestFirst.find((cue) => alarms.some((alarm) => alarm.cue === cue)) ?? null
}

/** `HH:MM` to `HH:MM` where the wall hangs; `to` before `from` reaches over midnight. */
export interface QuietHours {
  from: string
  to: string
}

/** Whether `minutes` of the local day lie in the quiet hours. Equal ends are the whole day. */
export function isQuiet(quiet: QuietHours | null, minutes: number): boolean {
  const from = minutesOf(quiet?.from)
  const to = minutesOf(quiet?.to)
  if (from === null || to === null) return false
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to
}

function minutesOf(text: string | undefined): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? '') ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}
