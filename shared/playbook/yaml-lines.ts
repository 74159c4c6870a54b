import {
  CST,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml'
import type { Path } from './problems.ts'

/** Pieces (words, signs, spaces) of a file; a whole playbook has some 15 000. */
export const mostPieces = 60_000

/** Why a text is not even parsed, found in one pass over it: more pieces, or deeper brackets, than any playbook has. */
export function tooMuch(text: string, deepest: number): 'long' | 'deep' | null {
  let pieces = 0
  let depth = 0
  for (const piece of new Lexer().lex(text)) {
    pieces += 1
    if (pieces > mostPieces) return 'long'
    if (piece === '[' || piece === '{') depth += 1
    else if (piece === ']' || piece === '}') depth = Math.max(0, depth - 1)
    else if (CST.tokenType(piece) === 'flow-error-end') depth = 0
    if (depth > deepest) return 'deep'
  }
  return null
}

/** Finds lines of paths. Every map and list is looked through once, however many paths are asked for. */
export function lineFinder(root: unknown, lines: LineCounter): (path: Path) => number | undefined {
  const keys = new WeakMap<YAMLMap, Map<string, Pair>>()
  const names = new WeakMap<object, Map<string, unknown>>()

  function pairOf(map: YAMLMap, key: string): Pair | undefined {
    const known = keys.get(map) ?? new Map<string, Pair>()
    if (!keys.has(map)) {
      for (const pair of map.items)
        if (isScalar(pair.key) && !known.has(String(pair.key.value))) known.set(String(pair.key.value), pair)
      keys.set(map, known)
    }
    return known.get(key)
  }

  function named(list: { items: unknown[] }, name: string): unknown {
    const known = names.get(list) ?? new Map<string, unknown>()
    if (!names.has(list)) {
      for (const item of list.items)
        for (const called of namesOf(item)) if (!known.has(called)) known.set(called, item)
      names.set(list, known)
    }
    // Items of checklists are called `<list>/<item>`.
    return known.get(name) ?? known.get(name.slice(name.lastIndexOf('/') + 1))
  }

  return (path) => {
    let node = root
    let offset = startOf(root)
    for (const part of path) {
      // Inside an alias there is no line of its own: point at the alias.
      if (isAlias(node) || !isCollection(node)) break
      let found: unknown
      if (isMap(node)) found = pairOf(node, String(part))
      else if (isSeq(node))
        found = (typeof part === 'string' ? named(node, part) : undefined) ?? node.items[Number(part)]
      if (found === undefined) break
      offset = (isPair(found) ? startOf(found.key) : startOf(found)) ?? offset
      node = isPair(found) ? found.value : found
    }
    return offset === undefined ? undefined : lines.linePos(offset).line
  }
}

/** What a path may call an entry of a list. */
function namesOf(node: unknown): string[] {
  if (!isMap(node)) return []
  return ['id', 'key', 'flag', 'first', 'name', 'tier'].flatMap((key) => {
    const value = node.get(key)
    return typeof value === 'string' ? [value] : []
  })
}

/** Where something begins in the text (signs from its start). */
export function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
