/**
 * One fact of a document: which (`AL-09.1`), where the loaded playbook holds it, and what stands there. The values are
 * written from the documents, never from the YAML. A pattern names what the text is about, because the wording is ours.
 */
export interface FactRow {
  id: string
  /** `clocks[ack].target.ms`; entries of a list by their id, key, flag or name, or by place; `[*]` is all of them. */
  path: string
  is: Expected
}

/** A pattern: a text that is on the page and says this. `null`: the document leaves it open. Else exactly the value. */
export type Expected =
  | RegExp
  | string
  | number
  | boolean
  | null
  | readonly unknown[]
  | Readonly<Record<string, unknown>>

export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000
export const days = (count: number): number => count * 86_400_000

/** One fact at one place. */
export function fact(id: string, path: string, is: Expected): FactRow[] {
  return [{ id, path, is }]
}

/** Several fields of one place: `at('AF-62.1', 'alerts.metrics[error_rate].target', {op: '<', 'value.value': 0.1})`. */
export function at(id: string, path: string, fields: Readonly<Record<string, Expected>>): FactRow[] {
  return Object.entries(fields).map(([field, is]) => ({
    id,
    path: path === '' ? field : `${path}.${field}`,
    is,
  }))
}

/**
 * The facts `id.1`, `id.2`, … are the entries of a list, all of them, in this order. `from`: number of the first fact;
 * `first`: place of the first entry; `of`: all entries are this one fact; `length`: of a list that holds more.
 */
export function inOrder(
  id: string,
  path: string,
  field: string,
  entries: readonly Expected[],
  options: { from?: number; first?: number; of?: number; length?: number } = {},
): FactRow[] {
  const { from = 1, first = 0, of, length = first + entries.length } = options
  const rows = entries.map((is, i) => ({
    id: `${id}.${of ?? from + i}`,
    path: `${path}[${first + i}]${field === '' ? '' : `.${field}`}`,
    is,
  }))
  return [...rows, { id: `${id}.${of ?? from}`, path: `${path}.length`, is: length }]
}

/** A command to the letter, and that its purpose is told. */
export function command(id: string, text: string): FactRow[] {
  return [
    { id, path: `commands[${id}].text`, is: text },
    { id, path: `commands[${id}].purpose`, is: /\S/ },
  ]
}

/** A duration the document states. */
export function stated(id: string, path: string, ms: number): FactRow[] {
  return at(id, path, { kind: 'stated', ms })
}
