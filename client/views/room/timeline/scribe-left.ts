const dayMs = 24 * 60 * 60_000
/** So long away, the time of the first key is worth a word, ms. */
const awayMs = 30 * 60_000

/** What was half written when a room was left. Times are server ms. */
export interface Left {
  kind: string | null
  text: string
  reason: string
  audience: string
  /** When the first key was pressed. */
  since: number | null
  /** When it was changed last. */
  until: number | null
}

/** What an earlier version of this page left is read as far as it can be. */
export function readLeft(kept: string | null): Left | null {
  if (kept === null) return null
  const found: unknown = JSON.parse(kept)
  if (typeof found !== 'object' || found === null || !('text' in found) || typeof found.text !== 'string')
    return null
  return {
    kind: 'kind' in found && typeof found.kind === 'string' ? found.kind : null,
    text: found.text,
    reason: 'reason' in found && typeof found.reason === 'string' ? found.reason : '',
    audience: 'audience' in found && typeof found.audience === 'string' ? found.audience : 'internal',
    since: 'since' in found && typeof found.since === 'number' ? found.since : null,
    until: 'until' in found && typeof found.until === 'number' ? found.until : null,
  }
}

/** Whether its writer was away for more than half an hour: whether the time of the first key is still meant is theirs to say. */
export function wasAway({ since, until }: Left, now: number): boolean {
  return since !== null && now - (until ?? since) > awayMs
}

/** Whether a time lies on another day than now, UTC: then it is shown with its day. */
export const onAnotherDay = (at: number, now: number): boolean =>
  Math.floor(at / dayMs) !== Math.floor(now / dayMs)

/** When the day after `now` begins, UTC. */
export const nextDay = (now: number): number => (Math.floor(now / dayMs) + 1) * dayMs
