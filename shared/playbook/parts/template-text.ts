/** A template as it is filled: literal text and slots. `{{slot}}` is the only syntax; every other character is itself. */
export type Segment = { kind: 'text'; text: string } | { kind: 'slot'; slot: string }

/** Splits a text at its slots. Never fails: braces that are no slot stay text. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (const found of text.matchAll(/\{\{([a-z0-9][a-z0-9_-]{0,59})\}\}/g)) {
    if (found.index > from) segments.push({ kind: 'text', text: text.slice(from, found.index) })
    segments.push({ kind: 'slot', slot: found[1] ?? '' })
    from = found.index + found[0].length
  }
  if (from < text.length) segments.push({ kind: 'text', text: text.slice(from) })
  return segments
}

/** Slot ids a text uses, each once. */
export function slotsIn(text: string): string[] {
  return [...new Set(segmentsOf(text).flatMap((s) => (s.kind === 'slot' ? [s.slot] : [])))]
}
