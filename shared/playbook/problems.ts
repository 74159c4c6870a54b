/** Where in a playbook: keys and list places from the top. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a playbook file, said so that its author can mend it. */
export interface Problem {
  /** `severities[1].response.within`; empty for the whole file. */
  path: string
  /** Line in the file, from 1, when there is one to point at. */
  line?: number
  message: string
  expected: string
}

/** Takes note of a problem; reading goes on so that all of them are told at once. */
export type Report = (path: Path, message: string, expected: string) => void

/** `severities[1].response.within` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )
}

/** A value as it may be quoted in a message: short, and never a whole tree. */
export function quoted(value: unknown): string {
  if (value === null) return 'empty'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of keys'
  const text = String(value)
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
}

/** More problems than somebody mends in one go are counted, not told. */
export const mostProblems = 50

/** The problems of the first {@link mostProblems} of `all`, and in one more how many there are besides. */
export function capped<T>(all: readonly T[], problemOf: (one: T) => Problem): Problem[] {
  return [...all.slice(0, mostProblems).map(problemOf), ...andMore(all.length)]
}

/** What is told of the problems beyond the first {@link mostProblems} of `count`; nothing when there are none. */
export function andMore(count: number): Problem[] {
  if (count <= mostProblems) return []
  return [{ path: '', message: `and ${count - mostProblems} more`, expected: 'these mended first' }]
}
