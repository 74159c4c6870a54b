import * as z from 'zod/mini'

/** Fields of several requests. Texts are trimmed; control characters and bidi overrides are refused in names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

const line = (max: number, empty: string) =>
  z.string().check(
    z.trim(),
    z.minLength(1, empty),
    z.maxLength(max),
    z.refine((text) => !unseen.test(text), 'This holds characters that cannot be seen.'),
  )

export const nameField = line(80, 'A name is needed.')
export const labelField = line(80, 'A label is needed.')
export const passwordField = z
  .string()
  .check(z.minLength(8, 'A password has at least 8 characters.'), z.maxLength(512))
/** At sign-in anything may be tried; the hash decides. */
export const triedPassword = z.string().check(z.minLength(1, 'A password is needed.'), z.maxLength(512))
export const tokenField = z.string().check(z.minLength(1), z.maxLength(512))
export const linkRole = z.enum(['responder', 'viewer'])
