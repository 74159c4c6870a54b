/** What a document states, leaves out, what we assume of it, or what an operator entered: the same for figures of any kind. */
export type Stated<Value> =
  | { kind: 'stated'; value: Value }
  | { kind: 'unset' }
  | { kind: 'assumed'; value: Value; why: string }
  | { kind: 'local'; value: Value; by: string }

/** The value, whoever gave it, or null where nobody did. */
export function givenValue<Value>(stated: Stated<Value>): Value | null {
  return stated.kind === 'unset' ? null : stated.value
}
