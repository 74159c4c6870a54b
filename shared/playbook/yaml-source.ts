import { isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { largestFile } from './file-size.ts'
import { garbledIn } from './garbled.ts'
import { capped, type Path, type Problem, quoted } from './problems.ts'
import { lineFinder, mostPieces, startOf, tooMuch } from './yaml-lines.ts'

/** Repeated uses of anchors; an alias bomb needs far more. */
const mostAliases = 20
const deepestNesting = 40

export interface YamlSource {
  /** Plain values only: maps, lists, strings, numbers, booleans, null. */
  value: unknown
  /** Line (from 1) of the nearest thing at or above `path`. */
  lineOf(path: Path): number | undefined
  /** The same for a path that calls entries by their names: `severities[P1].response`. */
  lineAt(path: string): number | undefined
}

/** Reads the text of one YAML document, refusing what is too large, too deep, bombs and duplicate keys. */
export function readYaml(
  text: string,
): { ok: true; source: YamlSource } | { ok: false; problems: Problem[] } {
  if (new TextEncoder().encode(text).length > largestFile)
    return refused('The file is too large.', `at most ${largestFile / 1024} KiB`)
  const garbled = garbledLine(text)
  if (garbled !== null) return { ok: false, problems: [garbled] }
  const much = tooMuch(text, deepestNesting)
  if (much === 'deep') return tooDeep()
  if (much === 'long') return refused('The file holds too much.', `at most ${mostPieces} words and signs`)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      // Compares every key with all before it: twice as long is four times as slow.
      uniqueKeys: false,
      prettyErrors: false,
      stringKeys: true,
      merge: false,
    })
    const faults = [...document.errors, ...document.warnings]
    if (faults.some((fault) => fault.code === 'RESOURCE_EXHAUSTION')) return tooDeep()
    if (faults.length > 0) {
      const problems = capped(faults, (fault) => ({
        path: '',
        line: lines.linePos(fault.pos[0]).line,
        message: fault.message,
        expected: 'one well-formed YAML document',
      }))
      return { ok: false, problems }
    }
    const twice = keysTwice(document.contents)
    if (twice.length > 0) {
      const problems = capped(twice, (key) => ({
        path: '',
        line: lines.linePos(startOf(key) ?? 0).line,
        message: `The key ${quoted(isScalar(key) ? key.value : '')} is written twice.`,
        expected: 'unique keys',
      }))
      return { ok: false, problems }
    }
    const value: unknown = document.toJS({ maxAliasCount: mostAliases })
    if (deeperThan(value, deepestNesting)) return tooDeep()
    const lineOf = lineFinder(document.contents, lines)
    const source: YamlSource = {
      value,
      lineOf,
      lineAt: (path) => lineOf(namedSteps(path)),
    }
    return { ok: true, source }
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

function garbledLine(text: string): Problem | null {
  const line = text.split('\n').findIndex((one) => garbledIn(one))
  if (line < 0) return null
  return { path: '', line: line + 1, message: 'The text is garbled here.', expected: 'text in UTF-8' }
}

/** Keys that their map has already. */
function keysTwice(root: Node | null): unknown[] {
  const twice: unknown[] = []
  visit(root, {
    Map(_key, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key
        if (seen.has(name)) twice.push(key)
        seen.add(name)
      }
    },
  })
  return twice
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

/** `severities[P1].response` as the steps that lead there. */
function namedSteps(path: string): Path {
  return path.match(/[^.[\]]+(?=\.|\[|$)|(?<=\[)[^\]]+(?=\])/g) ?? []
}
