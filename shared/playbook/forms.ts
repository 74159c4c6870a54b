import * as z from 'zod/mini'
import { moments } from './model.ts'

/** The small pieces that all forms of a playbook file are made of; what each expects is said in words. */
export const text = z.string({ error: 'a text' }).check(
  z.refine((value) => value.trim() !== '' && value.length <= 500, {
    error: 'a text of 1 to 500 characters',
  }),
)
export const id = z
  .string({ error: 'an id' })
  .check(z.regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, { error: 'an id of small letters, digits, - and _' }))
export const texts = z.array(text, { error: 'a list of texts' })
export const src = z.optional(z.union([text, texts], { error: 'a fact id or a list of them' }))
/** The facts a part rests on, always as a list. */
export const sources = z.pipe(
  src,
  z.transform((value) => (value === undefined ? [] : typeof value === 'string' ? [value] : value)),
)
export const flagValue = z.optional(z.boolean({ error: 'true or false' }))
export const basis = z.enum(['stated', 'assumed', 'local'], { error: 'stated, assumed or local' })
export const moment = z.enum(moments, { error: `one of: ${moments.join(', ')}` })
export const count = z.int({ error: 'a whole number' })
/**
 * Short forms: read later by a reader that can say more precisely what is wrong; the key itself must be there. Each has
 * a name of its own, so that the JSON Schema can say what it looks like.
 */
export const short = {
  figure: z.unknown(),
  response: z.unknown(),
  condition: z.unknown(),
  window: z.unknown(),
  binding: z.unknown(),
} as const

export function form<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `one of: ${Object.keys(shape).join(', ')}` : 'a group of keys',
  })
}

export function list<Entry extends z.ZodMiniType>(entry: Entry) {
  return z.array(entry, { error: 'a list' })
}
