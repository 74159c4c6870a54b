import { type Figure, moments } from './model.ts'
import type { PlanBase, PlanCondition } from './plan-conditions.ts'
import { type Path, quoted, type Report } from './problems.ts'
import { readAnyCondition, readFigure } from './short-forms.ts'

const forms =
  'one of: all, any, not, severity, status, flag, open, acked, since, held, manual, firstResponder'

/** Reads the short form; names in it are checked later. */
export function readPlanCondition(value: unknown, path: Path, report: Report): PlanCondition {
  const nothing: PlanCondition = { kind: 'all', of: [] }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report(path, `is ${quoted(value)}, not a condition`, forms)
    return nothing
  }
  const entries = Object.entries(value)
  const [first] = entries
  if (first === undefined || entries.length > 1) {
    report(path, `has ${entries.length} keys, not one condition`, forms)
    return nothing
  }
  const [key, inner] = first
  const at = [...path, key]
  switch (key) {
    case 'all':
    case 'any':
      if (!Array.isArray(inner) || inner.length === 0) {
        report(at, `is ${quoted(inner)}`, 'a list with at least one condition')
        return nothing
      }
      return { kind: key, of: inner.map((one, i) => readPlanCondition(one, [...at, i], report)) }
    case 'not':
      return { kind: 'not', of: readPlanCondition(inner, at, report) }
    case 'since':
      return readSince(inner, at, report)
    case 'held':
      return readHeld(inner, at, report)
    case 'manual':
      if (inner !== true) report(at, `is ${quoted(inner)}`, 'true')
      return { kind: 'manual' }
    case 'firstResponder':
      if (typeof inner !== 'string') report(at, `is ${quoted(inner)}`, 'a position')
      return { kind: 'first-responder', position: String(inner) }
    default:
      return { kind: 'is', condition: readAnyCondition(value, path, report) }
  }
}

function readSince(value: unknown, path: Path, report: Report): PlanCondition {
  const read = readMark(value, 'event', path, report)
  return { kind: 'since', base: readBase(read.name, [...path, 'event'], report), ...read.mark }
}

function readHeld(value: unknown, path: Path, report: Report): PlanCondition {
  const read = readMark(value, 'flag', path, report)
  return { kind: 'held', flag: read.name, ...read.mark }
}

/** `{event: alert_fired, gte: 30m}` or `{flag: service_unavailable, gt: 1h}` */
function readMark(
  value: unknown,
  name: 'event' | 'flag',
  path: Path,
  report: Report,
): { name: string; mark: { figure: Figure; bound: 'gte' | 'gt' } } {
  const expected = `{${name}: …, gte: 30m} or {${name}: …, gt: 1h}`
  const group = typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map()
  const bound = group.has('gt') ? 'gt' : 'gte'
  const named = group.get(name)
  if (group.size !== 2 || typeof named !== 'string' || !group.has(bound)) {
    report(path, `is ${quoted(value)}, not a mark in time`, expected)
    return { name: '', mark: { figure: { kind: 'unset' }, bound } }
  }
  const figure = readFigure(group.get(bound), [...path, bound], report, { zero: true })
  return { name: named, mark: { figure, bound } }
}

function readBase(name: string, path: Path, report: Report): PlanBase {
  if (name === 'previous') return { kind: 'previous' }
  if (name.startsWith('step:')) return { kind: 'step', step: name.slice('step:'.length) }
  const moment = moments.find((one) => one === name)
  if (moment !== undefined) return { kind: 'moment', moment }
  report(path, `is ${quoted(name)}`, `previous, step:<id> or one of: ${moments.join(', ')}`)
  return { kind: 'previous' }
}
