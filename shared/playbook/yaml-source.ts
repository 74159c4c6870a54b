import { isAlias, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Path, Problem } from './problems.ts'

/** Larger files are refused unread. A whole playbook is some 40 KiB. */
export const largestFile = 256 * 1024
/** Repeated uses of anchors; an alias bomb needs far more. */
const mostAliases = 20
const deepestNesting = 40

export interface YamlSource {
  /** Plain values only: maps, lists, strings, numbers, booleans, null. */
  value: unknown
  /** Line (from 1) of the nearest thing at or above `path`. */
  lineOf(path: Path): number | undefined
}

/** Reads the text of one YAML document, refusing what is too large, too deep, bombs and duplicate keys. */
export function readYaml(
  text: string,
): { ok: true; source: YamlSource } | { ok: false; problems: Problem[] } {
  if (new TextEncoder().encode(text).length > largestFile)
    return refused('The file is too large.', `at most ${largestFile / 1024} KiB`)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      stringKeys: true,
      merge: false,
    })
    const faults = [...document.errors, ...document.warnings]
    if (faults.some((fault) => fault.code === 'RESOURCE_EXHAUSTION')) return tooDeep()
    if (faults.length > 0) {
      const problems = faults.slice(0, 20).map((fault) => ({
        path: '',
        line: lines.linePos(fault.pos[0]).line,
        message: (fault.message.split('\n')[0] ?? fault.message).replace(/ at line \d+, column \d+:?$/, ''),
        expected: 'one well-formed YAML document',
      }))
      return { ok: false, problems }
    }
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    if (deeperThan(value, deepestNesting)) return tooDeep()
    return { ok: true, source: { value, lineOf: (path) => lineOf(document.contents, path, lines) } }
  } catch (error) {
    if (error instanceof ReferenceError && error.message.startsWith('Unresolved alias'))
      return refused(error.message, 'an alias whose anchor is written above it')
    if (error instanceof ReferenceError)
      return refused('The file repeats anchors too often.', `at most ${mostAliases} aliases`)
    // A stack that ran out while reading: nesting beyond reason.
    if (error instanceof RangeError) return tooDeep()
    throw error
  }
}

function refused(message: string, expected: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ path: '', message, expected }] }
}

function tooDeep(): { ok: false; problems: Problem[] } {
  return refused('The file is nested too deeply.', `at most ${deepestNesting} levels`)
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((item) => deeperThan(item, levels - 1))
}

function lineOf(root: unknown, path: Path, lines: LineCounter): number | undefined {
  let node = root
  let offset = startOf(root)
  for (const part of path) {
    // Inside an alias there is no line of its own: point at the alias.
    if (isAlias(node) || !isCollection(node)) break
    const found = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(part))
      : node.items[Number(part)]
    if (found === undefined) break
    const next = isPair(found) ? found.value : found
    offset = (isPair(found) ? startOf(found.key) : startOf(found)) ?? offset
    node = next
  }
  return offset === undefined ? undefined : lines.linePos(offset).line
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
