import type { Playbook } from '../../playbook/model.ts'

/** What commands are bounded by and browsers have to know from the first moment, without the schemas themselves. */

/** Longest message that is not a snippet, UTF-16 units. */
export const chatLimit = 8_000
export const snippetLimit = 256 * 1024
/** Most lines of one pasted thread, and of all their words together {@link snippetLimit}. */
export const threadLimit = 200

/** Anyone may take over from a holder nobody has seen for this long. */
export const unseenMs = 2 * 60_000
/** Anyone may take over from a holder who left a request unanswered for this long. */
export const silentMs = 30_000

/** Audiences an update can be for: those the playbook names, and `internal`. */
export function audiencesOf(playbook: Playbook): string[] {
  return [...new Set(['internal', ...playbook.cadences.map((c) => c.audience)])]
}
