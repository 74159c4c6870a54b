/**
 * What the document connection can promise, from the frames it sent and the counts the server committed. Only
 * sync frames that carry changes count (types 1 and 2); the server counts the same ones from 1, per connection.
 */
export type DocumentLamp =
  | { kind: 'connecting' }
  | { kind: 'saved' }
  | { kind: 'saving'; acts: number }
  | { kind: 'offline'; kept: number }

/** A change is shown as being saved only when it takes longer than this. */
export const savingAfterMs = 1_000
/** Changes closer together than this are one act of writing, ms: people count what they wrote, not its letters. */
export const actMs = 2_000

export interface LampState {
  connected: boolean
  /** Whether this page was ever connected. */
  reached: boolean
  /** Whether the document itself has come: before, there is nothing to be called saved. */
  come: boolean
  /** Frames of this connection that wait for their commit, oldest first. */
  waiting: { kind: 'answer' | 'update'; at: number }[]
  /** Acts that no frame of this connection covers yet: made while cut off, or lost with the connection. */
  kept: number
  /** When the newest of them was made, ms. */
  keptAt: number
  /** Since when `kept` is being handed over on this connection, ms; null while it is not. */
  keptSince: number | null
}

export type LampEvent =
  | { kind: 'opened'; at: number }
  | { kind: 'closed' }
  /** All that the server has is here. */
  | { kind: 'come' }
  /** A change was made while no connection could carry it. */
  | { kind: 'kept'; at: number }
  /** `brings`: an answer holds words that the server lacks, left here by an earlier visit or while cut off. */
  | { kind: 'sent'; frame: 'answer' | 'update'; at: number; brings?: boolean }
  | { kind: 'committed'; frames: number }
  /** The replica was dropped and is loaded afresh. */
  | { kind: 'afresh' }

export const darkLamp: LampState = {
  connected: false,
  reached: false,
  come: false,
  waiting: [],
  kept: 0,
  keptAt: Number.NEGATIVE_INFINITY,
  keptSince: null,
}

interface Counted extends LampState {
  committed?: number
}

/** lamp + event -> lamp. `committed` counts are totals of the connection. */
export function lampAfter(lamp: Counted, event: LampEvent): Counted {
  switch (event.kind) {
    case 'opened':
      return {
        ...lamp,
        connected: true,
        reached: true,
        waiting: [],
        committed: 0,
        keptSince: lamp.kept > 0 ? event.at : null,
      }
    case 'closed': {
      const lost = updatesOf(lamp)
      return {
        ...lamp,
        connected: false,
        waiting: [],
        kept: lamp.kept + actsAmong(lost, lamp.keptAt),
        keptAt: Math.max(lamp.keptAt, lost.at(-1) ?? lamp.keptAt),
        keptSince: null,
      }
    }
    case 'come':
      return { ...lamp, come: true }
    case 'kept':
      return { ...lamp, kept: lamp.kept + actsAmong([event.at], lamp.keptAt), keptAt: event.at }
    case 'sent': {
      const brought = event.brings === true && lamp.kept === 0
      return {
        ...lamp,
        waiting: [...lamp.waiting, { kind: event.frame, at: event.at }],
        kept: brought ? 1 : lamp.kept,
        keptSince: brought ? event.at : lamp.keptSince,
      }
    }
    case 'committed': {
      const done = Math.max(0, event.frames - (lamp.committed ?? 0))
      const gone = lamp.waiting.slice(0, done)
      // The answer to the server's state vector holds everything that was kept.
      const covered = gone.some((frame) => frame.kind === 'answer')
      return {
        ...lamp,
        waiting: lamp.waiting.slice(done),
        committed: Math.max(event.frames, lamp.committed ?? 0),
        kept: covered ? 0 : lamp.kept,
        keptAt: covered ? Number.NEGATIVE_INFINITY : lamp.keptAt,
        keptSince: covered ? null : lamp.keptSince,
      }
    }
    case 'afresh':
      return { ...darkLamp, reached: lamp.reached }
  }
}

/** What the lamp says at `now` (ms of the same clock as the events). */
export function lampAt(lamp: LampState, now: number): DocumentLamp {
  if (!lamp.connected)
    return lamp.reached || lamp.kept > 0 ? { kind: 'offline', kept: lamp.kept } : { kind: 'connecting' }
  const updates = updatesOf(lamp)
  const since = oldest(updates[0], lamp.kept > 0 ? lamp.keptSince : null)
  if (since === null || now - since < savingAfterMs) return { kind: lamp.come ? 'saved' : 'connecting' }
  return { kind: 'saving', acts: actsAmong(updates, lamp.keptAt) + lamp.kept }
}

/** When {@link lampAt} may answer otherwise without an event, ms, or null. */
export function lampChangesAt(lamp: LampState, now: number): number | null {
  if (!lamp.connected) return null
  const first = lamp.waiting.find((frame) => frame.kind === 'update')
  const since = oldest(first?.at, lamp.kept > 0 ? lamp.keptSince : null)
  return since !== null && now - since < savingAfterMs ? since + savingAfterMs : null
}

/** When each change that waits was made, oldest first. */
function updatesOf(lamp: LampState): number[] {
  return lamp.waiting.flatMap((frame) => (frame.kind === 'update' ? [frame.at] : []))
}

/** How many acts begin among changes made at `times`, after one made at `before`. */
function actsAmong(times: readonly number[], before: number): number {
  return times.filter((at, i) => at - (times[i - 1] ?? before) > actMs).length
}

function oldest(a: number | undefined, b: number | null): number | null {
  if (a === undefined) return b
  return b === null ? a : Math.min(a, b)
}
