import { canonicalJson } from './canonical.ts'
import type { Playbook } from './model.ts'
import { fieldWords, nameOf, valueWords } from './part-words.ts'

/** One thing that is not the same in two versions of a playbook. */
export interface PlaybookChange {
  /** `severities[P1].response`: entries by what they are called in the file, never by their place. */
  path: string
  kind: 'added' | 'removed' | 'changed' | 'moved'
  /** What it is about, in words: "Severities, High, response". */
  what: string
  /** In words; null where there was, or is, nothing. */
  before: string | null
  after: string | null
}

type Group = Readonly<Record<string, unknown>>

/**
 * What is different between two versions, in the order of the playbook's parts. Where a part comes from (`src`) and
 * the number of the version are not content that anybody runs by, so they are left out (R206).
 */
export function diffPlaybooks(before: Playbook, after: Playbook): PlaybookChange[] {
  const changes: PlaybookChange[] = []
  const words = {
    before: (value: unknown) => valueWords(value, before),
    after: (value: unknown) => valueWords(value, after),
  }
  walkGroup({ ...before }, { ...after }, '', [])
  return changes

  function walk(was: unknown, is: unknown, path: string, what: readonly string[]): void {
    if (same(was, is)) return
    if (isNothing(was)) add({ kind: 'added', before: null, after: words.after(is) }, path, what)
    else if (isNothing(is)) add({ kind: 'removed', before: words.before(was), after: null }, path, what)
    else if (isEntries(was) && isEntries(is)) walkEntries(was, is, path, what)
    else if (isTexts(was) && isTexts(is)) walkTexts(was, is, path, what)
    else if (isPlainGroup(was) && isPlainGroup(is)) walkGroup(was, is, path, what)
    else add({ kind: 'changed', before: words.before(was), after: words.after(is) }, path, what)
  }

  function walkGroup(was: Group, is: Group, path: string, what: readonly string[]): void {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (key === 'src' || (path === '' && key === 'version')) continue
      // Below its part an entry says enough by its own name: "Escalation, When nobody answers, The team lead".
      const inner = what.length > 0 && [was[key], is[key]].some((list) => isEntries(list) && list.length > 0)
      const label = inner ? what : [...what, fieldWords(key)]
      walk(was[key], is[key], path === '' ? key : `${path}.${key}`, label)
    }
  }

  function walkEntries(
    was: readonly Group[],
    is: readonly Group[],
    path: string,
    what: readonly string[],
  ): void {
    const old = named(was)
    const now = named(is)
    for (const [name, entry] of now) {
      const at = `${path}[${name}]`
      const label = [...what, nameOf(entry) ?? name]
      const one = old.get(name)
      if (one === undefined) add({ kind: 'added', before: null, after: null }, at, label)
      else walk(one, entry, at, label)
    }
    for (const [name, entry] of old)
      if (!now.has(name))
        add({ kind: 'removed', before: null, after: null }, `${path}[${name}]`, [
          ...what,
          nameOf(entry) ?? name,
        ])
    const [wasOrder, isOrder] = [
      [...old.keys()].filter((name) => now.has(name)),
      [...now.keys()].filter((name) => old.has(name)),
    ]
    if (!same(wasOrder, isOrder))
      add({ kind: 'moved', before: order(wasOrder, old), after: order(isOrder, now) }, path, what)
  }

  function walkTexts(
    was: readonly string[],
    is: readonly string[],
    path: string,
    what: readonly string[],
  ): void {
    const gone = was.filter((line) => !is.includes(line))
    const come = is.filter((line) => !was.includes(line))
    if (gone.length === 0 && come.length === 0)
      add({ kind: 'moved', before: words.before(was), after: words.after(is) }, path, what)
    else
      add(
        {
          kind: gone.length === 0 ? 'added' : come.length === 0 ? 'removed' : 'changed',
          before: gone.length === 0 ? null : words.before(gone),
          after: come.length === 0 ? null : words.after(come),
        },
        path,
        what,
      )
  }

  function add(
    change: Pick<PlaybookChange, 'kind' | 'before' | 'after'>,
    path: string,
    what: readonly string[],
  ): void {
    const text = what.join(', ')
    changes.push({ path, what: text.charAt(0).toUpperCase() + text.slice(1), ...change })
  }
}

/** One line for people: "Clocks, Acknowledge, target: 5 min → 6 min". */
export function changeWords({ kind, what, before, after }: PlaybookChange): string {
  switch (kind) {
    case 'added':
      return after === null ? `${what}: new` : `${what}: ${after}, new`
    case 'removed':
      return before === null ? `${what}: gone` : `${what}: ${before}, gone`
    case 'changed':
      return `${what}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`
    case 'moved':
      return `${what}: in another order`
  }
}

/** Entries by what they are called; one without a name by its place. */
function named(list: readonly Group[]): Map<string, Group> {
  return new Map(list.map((entry, i) => [entryName(entry) ?? String(i), entry]))
}

/** The name of an entry in a path: its id, key or whatever else it has for one. */
export function entryName(entry: Group): string | null {
  for (const key of ['id', 'key', 'flag', 'first', 'name', 'tier']) {
    const value = entry[key]
    if (typeof value === 'string') return value
  }
  return null
}

function order(names: readonly string[], entries: ReadonlyMap<string, Group>): string {
  return names.map((name) => nameOf(entries.get(name) ?? {}) ?? name).join(', ')
}

function same(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null)
}

/** A part that says nothing is like a part that is not there. */
function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}

function isEntries(value: unknown): value is readonly Group[] {
  return Array.isArray(value) && value.every((one) => isGroup(one) && entryName(one) !== null)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** A group of parts, not one value of several forms. Some entries have a kind as well: those have a name too. */
function isPlainGroup(value: unknown): value is Group {
  if (!isGroup(value)) return false
  const { kind } = value
  return kind === undefined || (typeof value.id === 'string' && kind !== 'flag' && kind !== 'calendar')
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
