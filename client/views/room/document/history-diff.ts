import { diffArrays, diffWordsWithSpace } from 'diff'
import type { PlainBlock } from '../../../components/editor/plain-blocks.ts'

export type Change = 'same' | 'added' | 'removed'

/** A stretch of words that both states have, or only the later or the earlier one. */
export interface ChangedWords {
  change: Change
  text: string
}

export interface ChangedBlock extends Pick<PlainBlock, 'kind' | 'level'> {
  /** Of the block as a whole; `same` with changed words inside where it was rewritten. */
  change: Change
  words: ChangedWords[]
}

/** Comparing takes so long at most, ms; a document rewritten beyond that is shown without changes. */
const mostMs = 400

/**
 * What became of a document between two states, block by block: what stands in both, what only the later has
 * (`added`) and only the earlier (`removed`). Null when comparing would take too long.
 */
export function changesBetween(
  earlier: readonly PlainBlock[],
  later: readonly PlainBlock[],
): ChangedBlock[] | null {
  const parts = diffArrays([...earlier], [...later], {
    comparator: (a, b) => a.kind === b.kind && a.level === b.level && a.text === b.text,
    timeout: mostMs,
  })
  if (parts === undefined) return null
  const out: ChangedBlock[] = []
  for (let n = 0; n < parts.length; n++) {
    const part = parts[n]
    const next = parts[n + 1]
    if (part === undefined) break
    if (part.removed && next?.added === true) {
      out.push(...rewritten(part.value, next.value))
      n++
    } else {
      const change: Change = part.added ? 'added' : part.removed ? 'removed' : 'same'
      out.push(...part.value.map((block) => whole(block, change)))
    }
  }
  return out
}

function whole({ kind, level, text }: PlainBlock, change: Change): ChangedBlock {
  return { kind, level, change, words: [{ change, text }] }
}

/** Blocks of one kind in the same order are taken for one block rewritten, where enough of the words stayed. */
function rewritten(removed: readonly PlainBlock[], added: readonly PlainBlock[]): ChangedBlock[] {
  const out: ChangedBlock[] = []
  for (let n = 0; n < Math.max(removed.length, added.length); n++) {
    const before = removed[n]
    const after = added[n]
    const words =
      before !== undefined && after !== undefined && before.kind === after.kind
        ? rewording(before, after)
        : null
    if (words !== null && after !== undefined) {
      out.push({ kind: after.kind, level: after.level, change: 'same', words })
      continue
    }
    if (before !== undefined) out.push(whole(before, 'removed'))
    if (after !== undefined) out.push(whole(after, 'added'))
  }
  return out
}

function rewording(before: PlainBlock, after: PlainBlock): ChangedWords[] | null {
  if (before.text === '' || after.text === '') return null
  const parts = diffWordsWithSpace(before.text, after.text, { timeout: mostMs })
  if (parts === undefined) return null
  const kept = parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.length), 0)
  if (kept * 4 < Math.min(before.text.length, after.text.length)) return null
  return parts.map((part) => ({
    change: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value,
  }))
}
