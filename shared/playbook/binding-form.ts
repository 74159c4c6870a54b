import { type Binding, type BoundFact, boundFacts, type Moment, moments } from './model.ts'
import { type Path, quoted, type Report } from './problems.ts'

const forms = `one of: ${boundFacts.join(', ')}, or {update: audience, after: [moments]}`

/** Reads what ticks an item: `acknowledged`, `{update: customers}`, `{update: customers, after: [mitigated]}`. */
export function readBinding(value: unknown, path: Path, report: Report): Binding {
  const fact = boundFacts.find((one) => one === value)
  if (fact !== undefined) return { kind: 'fact', fact }
  const audience = boundAudience(value)
  if (audience === undefined || !isKeys(value)) {
    report(path, `is ${quoted(value)}`, forms)
    return { kind: 'fact', fact: 'declared' satisfies BoundFact }
  }
  for (const key of Object.keys(value))
    if (key !== 'update' && key !== 'after') report([...path, key], `unknown key "${key}"`, 'update, after')
  return { kind: 'update', audience, after: readMoments(value.after, [...path, 'after'], report) }
}

/** The audience that a binding of the file names, if it names one. */
export function boundAudience(value: unknown): string | undefined {
  return isKeys(value) && typeof value.update === 'string' ? value.update : undefined
}

function readMoments(value: unknown, path: Path, report: Report): Moment[] {
  if (value === undefined) return []
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.flatMap((one, i) => {
    const moment = moments.find((m) => m === one)
    if (moment !== undefined) return [moment]
    report([...path, i], `is ${quoted(one)}`, `one of: ${moments.join(', ')}`)
    return []
  })
}

function isKeys(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
