import { parseDuration } from './duration.ts'
import {
  type Condition,
  type Figure,
  type PhaseWindow,
  type ResponseTarget,
  type Status,
  statuses,
} from './model.ts'
import { type Path, quoted, type Report } from './problems.ts'

/** The short forms of a playbook file. Each reader reports what is wrong and gives a stand-in, so that reading goes on. */
export interface Names {
  severities: ReadonlySet<string>
  flags: ReadonlySet<string>
}

/** Takes every name: for parts whose names are checked when the whole file is read. */
const anyNames: Names = { severities: anything(), flags: anything() }

function anything(): ReadonlySet<string> {
  const names = new Set<string>()
  names.has = (name) => name !== ''
  return names
}

type Keys = Record<string, unknown>

const figureForms = 'a duration such as 15m, {unset: true}, {assumed: 15m, why: …} or {local: 15m, by: …}'
const durationForms = 'a duration such as 90s, 15m, 1h30m or 3d'
const conditionForms = 'one of: all, any, not, severity, status, flag, open, acked'

/** `5m` · `{unset: true}` · `{assumed: 5m, why: …}` · `{local: 5m, by: …}` */
export function readFigure(
  value: unknown,
  path: Path,
  report: Report,
  options: { zero?: boolean } = {},
): Figure {
  if (typeof value === 'string') return { kind: 'stated', ms: readDuration(value, path, report, options) }
  if (isKeys(value)) {
    const keys = Object.keys(value).sort().join(' ')
    if (keys === 'unset' && value.unset === true) return { kind: 'unset' }
    if (keys === 'assumed why')
      return {
        kind: 'assumed',
        ms: readDuration(value.assumed, [...path, 'assumed'], report),
        why: readText(value.why, [...path, 'why'], report),
      }
    if (keys === 'by local')
      return {
        kind: 'local',
        ms: readDuration(value.local, [...path, 'local'], report),
        by: readText(value.by, [...path, 'by'], report),
      }
  }
  if (typeof value === 'number') report(path, `${value} has no unit (s, m, h or d)`, figureForms)
  else report(path, `is ${quoted(value)}, not a figure`, figureForms)
  return { kind: 'unset' }
}

/** Whole ms; more than zero unless `zero` is set. */
export function readDuration(
  value: unknown,
  path: Path,
  report: Report,
  options: { zero?: boolean } = {},
): number {
  if (typeof value !== 'string') {
    report(
      path,
      typeof value === 'number' ? `${value} has no unit (s, m, h or d)` : `is ${quoted(value)}`,
      durationForms,
    )
    return 0
  }
  const result = parseDuration(value, options)
  if (result.ok) return result.ms
  report(path, result.message, durationForms)
  return 0
}

/** `{within: 15m, bound: inclusive}` · `{rule: next-business-day, by: end, calendar: office}` · `{rule: scheduled}` · `{unset: true}` */
export function readResponse(value: unknown, path: Path, report: Report): ResponseTarget {
  const expected =
    '{within: 15m, bound: inclusive or exclusive}, {rule: next-business-day, by: start or end, calendar}, {rule: scheduled} or {unset: true}'
  if (isKeys(value)) {
    const keys = Object.keys(value).sort().join(' ')
    if (keys === 'unset' && value.unset === true) return { kind: 'unset' }
    if (keys === 'rule' && value.rule === 'scheduled') return { kind: 'scheduled' }
    if ((keys === 'by rule' || keys === 'by calendar rule') && value.rule === 'next-business-day') {
      const target = readBusinessDay(value.by, [...path, 'by'], report)
      if (value.calendar === undefined || target.kind !== 'next-business-day') return target
      return { ...target, calendar: readText(value.calendar, [...path, 'calendar'], report) }
    }
    if (keys === 'bound within' || keys === 'bound within word') {
      const bound = value.bound
      if (bound !== 'inclusive' && bound !== 'exclusive')
        report([...path, 'bound'], `is ${quoted(bound)}`, 'inclusive or exclusive')
      return {
        kind: 'within',
        target: readFigure(value.within, [...path, 'within'], report),
        bound: bound === 'exclusive' ? 'exclusive' : 'inclusive',
        ...(value.word === undefined ? {} : { word: readText(value.word, [...path, 'word'], report) }),
      }
    }
  }
  report(path, `is ${describe(value)}, not a response target`, expected)
  return { kind: 'unset' }
}

/** `{from: 0m, to: 15m}` · `{from: 4h, to: null}` · `immediate` · `none` */
export function readWindow(value: unknown, path: Path, report: Report): PhaseWindow {
  if (value === 'immediate') return { kind: 'immediate' }
  if (value === 'none') return { kind: 'none' }
  if (isKeys(value) && Object.keys(value).sort().join(' ') === 'from to') {
    const fromMs = readDuration(value.from, [...path, 'from'], report, { zero: true })
    const toMs = value.to === null ? null : readDuration(value.to, [...path, 'to'], report)
    if (toMs !== null && toMs > 0 && toMs <= fromMs)
      report([...path, 'to'], 'the window ends before it begins', 'a duration longer than `from`')
    return { kind: 'window', fromMs, toMs }
  }
  report(
    path,
    `is ${describe(value)}, not a window`,
    '{from: 0m, to: 15m}, {from: 4h, to: null}, immediate or none',
  )
  return { kind: 'none' }
}

/** One key says which: `{all: […]}`, `{severity: [SEV-1]}`, `{flag: security}`, `{open: true}`, `{acked: false}`. */
export function readAnyCondition(value: unknown, path: Path, report: Report): Condition {
  return readCondition(value, path, anyNames, report)
}

/** As {@link readAnyCondition}, with the names it may use. */
export function readCondition(value: unknown, path: Path, names: Names, report: Report): Condition {
  const nothing: Condition = { kind: 'all', of: [] }
  const [key, ...more] = isKeys(value) ? Object.keys(value) : []
  if (!isKeys(value) || key === undefined || more.length > 0) {
    report(path, `is ${describe(value)}, not one condition`, conditionForms)
    return nothing
  }
  const inner = value[key]
  const at = [...path, key]
  switch (key) {
    case 'all':
    case 'any':
      return {
        kind: key,
        of: readList(inner, at, report).map((one, i) => readCondition(one, [...at, i], names, report)),
      }
    case 'not':
      return { kind: 'not', of: readCondition(inner, at, names, report) }
    case 'severity':
      return { kind: 'severity', keys: readNames(inner, at, 'severity', names.severities, report) }
    case 'status':
      return {
        kind: 'status',
        statuses: readNames(inner, at, 'status', new Set(statuses), report).filter(isStatus),
      }
    case 'flag':
      return { kind: 'flag', id: readNames([inner], at, 'flag', names.flags, report)[0] ?? '' }
    case 'open':
      return { kind: 'open', is: readBoolean(inner, at, report) }
    case 'acked':
      return { kind: 'acknowledged', is: readBoolean(inner, at, report) }
    default:
      report(at, `unknown condition "${key}"`, conditionForms)
      return nothing
  }
}

function readBusinessDay(value: unknown, path: Path, report: Report): ResponseTarget {
  if (value === 'start' || value === 'end') return { kind: 'next-business-day', by: value, basis: 'stated' }
  if (
    isKeys(value) &&
    (value.assumed === 'start' || value.assumed === 'end') &&
    Object.keys(value).length === 2
  )
    return {
      kind: 'next-business-day',
      by: value.assumed,
      basis: 'assumed',
      why: readText(value.why, [...path, 'why'], report),
    }
  report(path, `is ${describe(value)}`, 'start, end or {assumed: end, why: …}')
  return { kind: 'unset' }
}

function readNames(
  value: unknown,
  path: Path,
  what: string,
  known: ReadonlySet<string>,
  report: Report,
): string[] {
  const values = Array.isArray(value) ? readList(value, path, report) : [value]
  for (const [i, one] of values.entries()) {
    if (typeof one === 'string' && known.has(one)) continue
    const list =
      known.size === 0 ? `there is no ${what} in this playbook` : `one of: ${[...known].join(', ')}`
    report(values.length > 1 ? [...path, i] : path, `unknown ${what} ${quoted(one)}`, list)
  }
  return values.filter((one) => typeof one === 'string')
}

function readList(value: unknown, path: Path, report: Report): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  report(
    path,
    Array.isArray(value) ? 'is an empty list' : `is ${quoted(value)}`,
    'a list with at least one entry',
  )
  return []
}

function readBoolean(value: unknown, path: Path, report: Report): boolean {
  if (typeof value !== 'boolean') report(path, `is ${quoted(value)}`, 'true or false')
  return value === true
}

function readText(value: unknown, path: Path, report: Report): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 500) return value
  report(path, `is ${quoted(value)}`, 'a text of 1 to 500 characters')
  return ''
}

function describe(value: unknown): string {
  return isKeys(value) ? `{${Object.keys(value).slice(0, 6).join(', ')}}` : quoted(value)
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStatus(value: string): value is Status {
  return statuses.some((status) => status === value)
}
