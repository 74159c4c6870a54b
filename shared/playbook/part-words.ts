import { conditionWords } from './condition-words.ts'
import { formatDuration } from './duration.ts'
import type { Condition, Figure, PhaseWindow, Playbook, ResponseTarget } from './model.ts'
import type { Target } from './parts/people.ts'
import { targetsWords } from './parts/target-words.ts'
import type { PlanCondition } from './plan-conditions.ts'
import { planWords } from './plan-words.ts'
import { responseWords } from './response-words.ts'
import type { Stated } from './stated.ts'

/** What stands at one place of a playbook, in words for people. Values come from a loaded playbook, so `kind` tells them apart. */
export function valueWords(value: unknown, playbook: Playbook): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return `“${value}”`
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return listWords(value, playbook)
  if (typeof value !== 'object') return String(value)
  if (isFigure(value)) return figureWords(value)
  if (isStated(value)) return statedWords(value, playbook)
  if (isResponse(value)) return targetWords(value)
  if (isWindow(value)) return windowWords(value)
  if (isPlanCondition(value)) return planWords(value, playbook)
  if (isCondition(value)) return conditionWords(value, playbook)
  return nameOf(value) ?? groupWords(value, playbook)
}

/** How an entry of a list is called by people; null where it has no words of its own. */
export function nameOf(entry: object): string | null {
  for (const key of [
    'key',
    'label',
    'title',
    'name',
    'position',
    'text',
    'question',
    'system',
    'purpose',
    'tier',
    'id',
  ]) {
    const value: unknown = Reflect.get(entry, key)
    if (typeof value === 'string') return value
  }
  return null
}

function listWords(list: readonly unknown[], playbook: Playbook): string {
  if (list.length === 0) return 'nothing'
  if (list.every(isTarget)) return targetsWords(list, true, playbook)
  return list.map((one) => valueWords(one, playbook)).join(', ')
}

function groupWords(group: object, playbook: Playbook): string {
  const [only, ...more] = Object.entries(group)
  if (only?.[0] === 'kind' && more.length === 0) return String(only[1])
  return Object.entries(group)
    .filter(([key, value]) => key !== 'src' && value !== undefined)
    .map(([key, value]) => `${fieldWords(key)} ${valueWords(value, playbook)}`)
    .join(', ')
}

/** `orOnNews` as people read it: "or on news". */
export function fieldWords(field: string): string {
  return field.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
}

function figureWords(figure: Figure): string {
  return figure.kind === 'unset' ? 'not stated' : `${formatDuration(figure.ms)}${basisWords(figure)}`
}

function statedWords(value: Stated<unknown>, playbook: Playbook): string {
  return value.kind === 'unset' ? 'not stated' : `${valueWords(value.value, playbook)}${basisWords(value)}`
}

function basisWords(given: { kind: 'stated' } | { kind: 'assumed' } | { kind: 'local'; by: string }): string {
  switch (given.kind) {
    case 'stated':
      return ''
    case 'assumed':
      return ' (assumed)'
    case 'local':
      return ` (set by ${given.by})`
  }
}

function targetWords(response: ResponseTarget): string {
  const { figure, note } = responseWords(response)
  return figure === null ? 'not stated' : `${figure} ${note.replace(/^to respond,? ?/, '')}`.trim()
}

function windowWords(window: PhaseWindow): string {
  switch (window.kind) {
    case 'immediate':
      return 'at once'
    case 'none':
      return 'no window'
    case 'window':
      return `${formatDuration(window.fromMs)} ${window.toMs === null ? 'on' : `to ${formatDuration(window.toMs)}`}`
  }
}

const has = (value: object, ...keys: string[]) => keys.every((key) => Object.hasOwn(value, key))
const kindOf = (value: object): unknown => Reflect.get(value, 'kind')
const bases: readonly unknown[] = ['stated', 'assumed', 'local']

function isFigure(value: object): value is Figure {
  return kindOf(value) === 'unset' || (bases.includes(kindOf(value)) && has(value, 'ms'))
}

function isStated(value: object): value is Stated<unknown> {
  return bases.includes(kindOf(value)) && has(value, 'value')
}

function isResponse(value: object): value is ResponseTarget {
  return ['within', 'next-business-day', 'scheduled'].some((kind) => kind === kindOf(value))
}

function isWindow(value: object): value is PhaseWindow {
  return ['window', 'immediate', 'none'].some((kind) => kind === kindOf(value))
}

function isPlanCondition(value: object): value is PlanCondition {
  const kind = kindOf(value)
  if (kind === 'all' || kind === 'any') {
    const of: unknown = Reflect.get(value, 'of')
    return (
      Array.isArray(of) && of.some((one) => typeof one === 'object' && one !== null && isPlanCondition(one))
    )
  }
  if (kind === 'not') {
    const of: unknown = Reflect.get(value, 'of')
    return typeof of === 'object' && of !== null && isPlanCondition(of)
  }
  return ['is', 'since', 'held', 'manual', 'first-responder'].some((one) => one === kind)
}

/** By what it holds as well: a way to reach somebody is of a kind `any`, too. */
function isCondition(value: object): value is Condition {
  const of: unknown = Reflect.get(value, 'of')
  switch (kindOf(value)) {
    case 'all':
    case 'any':
      return Array.isArray(of)
    case 'not':
      return typeof of === 'object' && of !== null
    case 'severity':
      return has(value, 'keys')
    case 'status':
      return has(value, 'statuses')
    case 'flag':
      return has(value, 'id')
    case 'open':
    case 'acknowledged':
      return has(value, 'is')
    default:
      return false
  }
}

function isTarget(value: unknown): value is Target {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return (
    keys.length > 0 &&
    keys.every((key) =>
      ['oncall', 'tier', 'leadOf', 'contact', 'role', 'expertFor', 'channel', 'action', 'anyOf'].includes(
        key,
      ),
    ) &&
    !has(value, 'id')
  )
}
