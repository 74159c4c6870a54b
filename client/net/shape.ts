/**
 * Decoding of what our own server answers: each reader takes an unknown value and gives it typed, or throws `Misfit`.
 * A page needs a dozen of them before anything is drawn; a schema library would be a tenth of its first load.
 */
export type Reader<T> = (value: unknown) => T

/** Type of what a reader gives. */
export type Read<R> = R extends Reader<infer T> ? T : never

/** A value that is not what its reader expects. */
export class Misfit extends Error {
  constructor(expected: string) {
    super(`Expected ${expected}.`)
    this.name = 'Misfit'
  }
}

export const text: Reader<string> = (value) => {
  if (typeof value !== 'string') throw new Misfit('a text')
  return value
}

export const number: Reader<number> = (value) => {
  if (typeof value !== 'number') throw new Misfit('a number')
  return value
}

export const yes: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Misfit('yes or no')
  return value
}

/** For answers whose body says nothing. */
export const anything: Reader<unknown> = (value) => value

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value) => {
    const found = words.find((word) => word === value)
    if (found === undefined) throw new Misfit(`one of ${words.join(', ')}`)
    return found
  }
}

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : read(value))
}

/** May be left out. In a `shape` the field is then undefined. */
export function maybe<T>(read: Reader<T>): Reader<T | undefined> {
  return (value) => (value === undefined ? undefined : read(value))
}

export function list<T>(read: Reader<T>): Reader<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Misfit('a list')
    return value.map(read)
  }
}

/** Values under names that are not known beforehand. */
export function record<T>(read: Reader<T>): Reader<Record<string, T>> {
  return (value) => Object.fromEntries(Object.entries(fields(value)).map(([name, v]) => [name, read(v)]))
}

/** The fields named here; others are left out. */
export function shape<T extends object>(readers: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> {
  return (value) => {
    const given = fields(value)
    const read: Partial<T> = {}
    for (const name in readers) read[name] = readers[name](given[name])
    // Sound: every field was just read by its own reader.
    return read as T
  }
}

/** What somebody else checks (an event by `lift`, a playbook before it was published), known by one of its fields. */
export function having<T extends object>(field: keyof T & string): Reader<T> {
  return (value) => {
    const given = fields(value)
    if (!(field in given)) throw new Misfit(`something with ${field}`)
    return given as T
  }
}

function fields(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Misfit('an object')
  return value as Record<string, unknown>
}
