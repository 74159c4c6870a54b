/** What an open incident is compared by. */
export interface Comparable {
  title: string
  components: readonly string[]
  declaredAt: number
}

export interface Similar<Row> {
  row: Row
  /** The words both have, as they were typed: why it is shown. */
  shared: string[]
}

/** Words that every incident has tell nothing about which one it is. */
const common = new Set(
  'the and for not with from our are was were has have can cannot all some any out off too very after since into over under does done get gets down slow slower broken error errors fail fails failed failing failure issue issues problem problems incident outage high low many users user customer customers service services system new'.split(
    ' ',
  ),
)

const mostShown = 3

/**
 * Open incidents that may be the same one: they share a telling word of the title or something that is affected.
 * Most shared first, then the newest; three at most.
 */
export function similar<Row extends Comparable>(
  rows: readonly Row[],
  typed: { title: string; components: readonly string[] },
): Similar<Row>[] {
  const words = stems([typed.title, ...typed.components])
  if (words.size === 0) return []
  return rows
    .map((row) => {
      const theirs = stems([row.title, ...row.components])
      return { row, shared: [...words].filter(([stem]) => theirs.has(stem)).map(([, word]) => word) }
    })
    .filter(({ shared }) => shared.length > 0)
    .sort((a, b) => b.shared.length - a.shared.length || b.row.declaredAt - a.row.declaredAt)
    .slice(0, mostShown)
}

/** Telling words by their stem: `Coordinators` and `coordinator` are one. */
function stems(texts: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const text of texts) {
    for (const word of text.match(/[\p{L}\p{N}]{3,}/gu) ?? []) {
      const lower = word.toLowerCase()
      if (common.has(lower)) continue
      const stem = lower.length > 4 ? lower.replace(/(?:ing|ed|es|s)$/u, '') : lower
      if (!found.has(stem)) found.set(stem, word)
    }
  }
  return found
}
