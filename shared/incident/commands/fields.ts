import * as z from 'zod/mini'
import { entryKinds, flagValues, settableTimes } from '../events.ts'
import { snippetLimit } from './limits.ts'

/** Fields that several commands share. Lengths count UTF-16 units; texts are trimmed. */

const words = (max: number) =>
  z.string().check(z.trim(), z.minLength(1, 'Write something.'), z.maxLength(max))

export const titleField = words(200)
export const reasonField = words(280)
/** What was behind it, in a few sentences. */
export const longReason = words(1_000)
export const taskText = words(280)
/** What the next holder of a role has to know. */
export const handOverNote = words(2_000)
export const longText = z.string().check(
  z.refine((text) => text.trim().length > 0, 'Write something.'),
  z.maxLength(snippetLimit),
)
/** Severity keys are the playbook's own words: anything without spaces that its schema lets through. */
export const severityField = z.string().check(z.regex(/^\S{1,20}$/, 'Not a severity.'))
export const idField = z.string().check(z.regex(/^[A-Za-z0-9/_.-]{1,96}$/, 'Not an id.'))
/** The key of an incident, as people say it. */
export const keyField = z.string().check(
  z.trim(),
  z.overwrite((text) => text.toUpperCase()),
  z.regex(
    /^[2-9A-HJ-NP-Z]{4,5}$/,
    'Not the key of an incident. It has four or five letters and digits, as K7QF.',
  ),
)
export const seqField = z.int().check(z.positive())
export const timeField = z.int().check(z.gte(0), z.lte(8_640_000_000_000_000))
export const kindField = z.enum(entryKinds)
export const flagField = z.enum(flagValues)
export const settableTimeField = z.enum(settableTimes)
export const saidByField = z.strictObject({ name: words(80), person: z.optional(idField) })
export const mentionsField = z.optional(z.array(idField).check(z.maxLength(50)))

/** How much later than the server's time a sender's clock may claim something happened; it is cut to now. */
export const futureToleranceMs = 5_000
