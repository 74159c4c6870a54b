import type { TimelineRow } from '../../../shared/incident/timeline.ts'

/** Why a message looks as if it belonged in the record. */
export type PinReason = 'decision' | 'figure' | 'time' | 'link' | 'commander'

export const pinReasons: Readonly<Record<PinReason, string>> = {
  decision: 'sounds like a decision',
  figure: 'names a figure',
  time: 'names a time',
  link: 'holds a link',
  commander: 'said by the commander',
}

/** Of a long paste only the beginning is looked at, in characters: every row is looked at again with every event. */
const looksAt = 2_000

const decision =
  /\b(?:decid(?:e|ed|ing)|decision|agreed?|go(?:ing)? with|we(?:'ll| will| should| must)|let'?s|roll(?:ing|ed)? ?back|rollback|revert(?:ed|ing)?|fail(?:ing|ed)? ?over|switch(?:ed|ing)? (?:to|off|on|over)|turn(?:ed|ing)? o(?:n|ff)|do not|don't)\b/i
const figure =
  /(?:^|[^\w.])\d[\d.,]{0,15}\s?(?:%|ms|s|secs?|mins?|minutes?|h|hours?|days?|[kKMGT]i?B|rps|qps|req\/s|users?|customers?|workspaces?|tickets?|runs?|errors?|nodes?|pods?|€|\$|EUR|USD|°C)(?![\w])/
const time = /(?:^|[^\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])/
const link = /https?:\/\/\S/

/**
 * Why a row of chat may be worth pinning, or null: pinned and deleted ones are done with. A guess from the words
 * alone; whoever scribes decides.
 */
export function worthPinning(row: TimelineRow, commander: string | null): PinReason | null {
  if (row.kind !== 'chat' || row.deleted || row.pinnedAs !== null) return null
  const text = row.text.slice(0, looksAt)
  if (decision.test(text)) return 'decision'
  if (figure.test(text)) return 'figure'
  if (time.test(text)) return 'time'
  if (link.test(text)) return 'link'
  return commander !== null && row.actor.id === commander ? 'commander' : null
}
