import * as z from 'zod/mini'
import { isZone } from './calendar/zone.ts'
import type { Condition, Figure } from './model.ts'
import { readPlanCondition } from './plan-condition-form.ts'
import type { PlanCondition } from './plan-conditions.ts'
import type { Report } from './problems.ts'
import { readAnyCondition, readFigure } from './short-forms.ts'
import type { Stated } from './stated.ts'

/**
 * The leaves of playbook parts that are read from a short form while the file is checked: what comes out is the
 * normalised value. References (severity, flag) are checked afterwards, when everything that can be named is known.
 */

/** A JSON Schema of one value. */
export type JsonForm = Readonly<Record<string, unknown>>

/** How the JSON Schema describes a leaf: by the name of a short form, or as a value that may be left out. */
export type LeafForm = 'figure' | 'condition' | 'planCondition' | { stated: JsonForm }

/** What each leaf looks like in a file; the schema library only sees that something is read there. */
export const leafForms = new Map<z.ZodMiniType, LeafForm>()

/** A leaf whose reader reports with path, what is wrong, and what was expected. */
function leaf<Read>(form: LeafForm, read: (value: unknown, report: Report) => Read) {
  const schema = z.pipe(
    z.unknown(),
    z.transform((value, context) =>
      read(value, (path, message, expected) =>
        context.issues.push({
          code: 'custom',
          input: value,
          path: [...path],
          message: expected,
          params: { message },
        }),
      ),
    ),
  )
  leafForms.set(schema, form)
  return schema
}

/** `15m` · `{unset: true}` · `{assumed: 15m, why}` · `{local: 15m, by}` */
export const figure = leaf<Figure>('figure', (value, report) => readFigure(value, [], report))

/** A condition on what an incident is at the moment. */
export const condition = leaf<Condition>('condition', (value, report) => readAnyCondition(value, [], report))

/** A condition that may also wait: `{since: …}`, `{held: …}`, `{manual: true}`, `{firstResponder: …}`. */
export const planCondition = leaf<PlanCondition>('planCondition', (value, report) =>
  readPlanCondition(value, [], report),
)

type Inner<Value> = (value: unknown) => { ok: true; value: Value } | { ok: false; expected: string }

/** `value` · `{unset: true}` · `{assumed: value, why}` · `{local: value, by}` */
export function stated<Value>(inner: Inner<Value>, form: JsonForm) {
  return leaf<Stated<Value>>({ stated: form }, (value, report) => {
    const take = (one: unknown, at: string[], made: (v: Value) => Stated<Value>): Stated<Value> => {
      const read = inner(one)
      if (read.ok) return made(read.value)
      report(at, `is ${typeof one === 'object' ? 'not readable' : JSON.stringify(one)}`, read.expected)
      return { kind: 'unset' }
    }
    if (isGroup(value)) {
      const keys = Object.keys(value).sort().join(' ')
      if (keys === 'unset' && value.unset === true) return { kind: 'unset' }
      const { why, by } = value
      if (keys === 'assumed why' && typeof why === 'string')
        return take(value.assumed, ['assumed'], (v) => ({ kind: 'assumed', value: v, why }))
      if (keys === 'by local' && typeof by === 'string')
        return take(value.local, ['local'], (v) => ({ kind: 'local', value: v, by }))
    }
    return take(value, [], (v) => ({ kind: 'stated', value: v }))
  })
}

/** A finite number, for thresholds. */
export const number = stated<number>(
  (value) =>
    typeof value === 'number' && Number.isFinite(value)
      ? { ok: true, value }
      : { ok: false, expected: 'a number, {unset: true}, {assumed: 5, why: …} or {local: 5, by: …}' },
  { type: 'number' },
)

/** A line of text that may be left out by the document: a name, a number, an address. */
export const statedText = stated<string>(
  (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= 500
      ? { ok: true, value }
      : { ok: false, expected: 'a text of 1 to 500 characters, or {unset: true}' },
  { type: 'string', minLength: 1, maxLength: 500 },
)

/** `Europe/London` */
export const zone = stated<string>(
  (value) =>
    typeof value === 'string' && isZone(value)
      ? { ok: true, value }
      : { ok: false, expected: 'a time zone such as Europe/London or UTC, or {unset: true}' },
  { type: 'string', examples: ['Europe/London', 'UTC'] },
)

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
