/**
 * How well `query` is found in `text`: 0 not at all, more is better. Whole words first, then beginnings of words,
 * then letters in order; case and accents do not count.
 */
export function fuzzy(query: string, text: string): number {
  const wanted = plain(query)
  const within = plain(text)
  if (wanted === '') return 1
  if (within === wanted) return 1_000
  if (within.startsWith(wanted)) return 800 - within.length / 10
  const at = within.indexOf(wanted)
  if (at >= 0) return (wordStart(within, at) ? 600 : 300) - at / 10
  const words = wanted.split(' ')
  if (words.length > 1) {
    const each = words.map((word) => fuzzy(word, within))
    return each.every((score) => score >= 100) ? Math.min(...each) / 2 + 100 : 0
  }
  return inOrder(wanted, within)
}

/** The best of several texts, the first counting in full and the others half. */
export function fuzzyAmong(query: string, first: string, ...others: readonly (string | undefined)[]): number {
  const rest = others.map((text) => (text === undefined ? 0 : fuzzy(query, text) / 2))
  return Math.max(fuzzy(query, first), ...rest)
}

function inOrder(wanted: string, within: string): number {
  let from = 0
  let starts = 0
  let first = -1
  for (const letter of wanted) {
    const at = within.indexOf(letter, from)
    if (at < 0) return 0
    if (first < 0) first = at
    if (wordStart(within, at)) starts += 1
    from = at + 1
  }
  // Letters strewn over a long text are found by accident.
  const spread = from - first
  return spread > wanted.length * 4 ? 0 : 20 + (60 * starts) / wanted.length - spread / 10
}

function wordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}
