import type { Task } from './tasks.ts'

/**
 * The ranks that put task `id` right behind `after` (null: first) among `siblings`, in order. Mostly its own alone;
 * all of them where halving found no number between two neighbours any more.
 */
export function ranksFor(
  siblings: readonly Task[],
  id: string,
  after: string | null,
): { task: string; rank: number }[] {
  const rank = rankAfter(siblings, after)
  const index = after === null ? -1 : siblings.findIndex((t) => t.id === after)
  const before = siblings[index]?.rank ?? Number.NEGATIVE_INFINITY
  const next = siblings[index + 1]?.rank ?? Number.POSITIVE_INFINITY
  if (before < rank && rank < next) return [{ task: id, rank }]
  const ids = siblings.map((t) => t.id)
  return ids.toSpliced(index + 1, 0, id).map((task, at) => ({ task, rank: at + 1 }))
}

/** A rank that stands right behind `after` (null: first) among `siblings`, in order. */
export function rankAfter(siblings: readonly Task[], after: string | null): number {
  const index = after === null ? -1 : siblings.findIndex((t) => t.id === after)
  const before = index < 0 ? undefined : siblings[index]
  const next = siblings[index + 1]
  if (before === undefined) return next === undefined ? 1 : next.rank - 1
  return next === undefined ? before.rank + 1 : (before.rank + next.rank) / 2
}
