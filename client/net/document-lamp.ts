/**
 * What the document connection can promise, from the frames it sent and the counts the server committed. Only
 * sync frames that carry changes count (types 1 and 2); the server counts the same ones from 1, per connection.
 */
export type DocumentLamp =
  | { kind: 'connecting' }
  | { kind: 'saved' }
  | { kind: 'saving'; frames: number }
  | { kind: 'offline'; kept: number }
  | { kind: 'refused'; texts: number }

/** A change is shown as being saved only when it takes longer than this. */
export const savingAfterMs = 1_000

export interface LampState {
  connected: boolean
  /** Whether this page was ever connected. */
  reached: boolean
  /** Frames of this connection that wait for their commit, oldest first. */
  waiting: { kind: 'answer' | 'update'; at: number }[]
  /** Changes that no frame of this connection covers yet: made while cut off, or lost with the connection. */
  kept: number
  /** Since when `kept` is being handed over on this connection, ms; null while it is not. */
  keptSince: number | null
  refused: number
}

export type LampEvent =
  | { kind: 'opened'; at: number }
  | { kind: 'closed' }
  /** A change was made while no connection could carry it. */
  | { kind: 'kept' }
  /** `brings`: an answer holds words that the server lacks, left here by an earlier visit or while cut off. */
  | { kind: 'sent'; frame: 'answer' | 'update'; at: number; brings?: boolean }
  | { kind: 'committed'; frames: number }
  | { kind: 'refused'; texts: number }
  | { kind: 'dismissed'; texts: number }
  /** The replica was dropped and is loaded afresh. */
  | { kind: 'afresh' }

export const darkLamp: LampState = {
  connected: false,
  reached: false,
  waiting: [],
  kept: 0,
  keptSince: null,
  refused: 0,
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
      const lost = lamp.waiting.filter((frame) => frame.kind === 'update').length
      return { ...lamp, connected: false, waiting: [], kept: lamp.kept + lost, keptSince: null }
    }
    case 'kept':
      return { ...lamp, kept: lamp.kept + 1 }
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
        keptSince: covered ? null : lamp.keptSince,
      }
    }
    case 'refused':
      return { ...lamp, refused: lamp.refused + event.texts }
    case 'dismissed':
      return { ...lamp, refused: Math.max(0, lamp.refused - event.texts) }
    case 'afresh':
      return { ...darkLamp, reached: lamp.reached, refused: lamp.refused }
  }
}

/** What the lamp says at `now` (ms of the same clock as the events). */
export function lampAt(lamp: LampState, now: number): DocumentLamp {
  if (lamp.refused > 0) return { kind: 'refused', texts: lamp.refused }
  if (!lamp.connected)
    return lamp.reached || lamp.kept > 0 ? { kind: 'offline', kept: lamp.kept } : { kind: 'connecting' }
  const updates = lamp.waiting.filter((frame) => frame.kind === 'update')
  const since = oldest(updates[0]?.at, lamp.kept > 0 ? lamp.keptSince : null)
  if (since === null || now - since < savingAfterMs) return { kind: 'saved' }
  return { kind: 'saving', frames: updates.length + lamp.kept }
}

/** When {@link lampAt} may answer otherwise without an event, ms, or null. */
export function lampChangesAt(lamp: LampState, now: number): number | null {
  if (!lamp.connected) return null
  const first = lamp.waiting.find((frame) => frame.kind === 'update')
  const since = oldest(first?.at, lamp.kept > 0 ? lamp.keptSince : null)
  return since !== null && now - since < savingAfterMs ? since + savingAfterMs : null
}

function oldest(a: number | undefined, b: number | null): number | null {
  if (a === undefined) return b
  return b === null ? a : Math.min(a, b)
}
