import * as z from 'zod/mini'
import { flagValue, form, id, list, sources, text } from '../forms.ts'
import { condition, statedText } from '../leaves.ts'
import { existence } from './about.ts'
import { target } from './people.ts'

/** What is said to whom: channels, templates with slots, and when the outside hears anything at all. */

export const channel = form({
  id,
  label: text,
  purpose: text,
  kind: z.enum(['chat', 'email', 'status-page', 'social', 'video', 'phone'], {
    error: 'chat, email, status-page, social, video or phone',
  }),
  /** Name of a standing channel, or pattern of one made for each incident: `#incident-{date}-{slug}`. */
  name: z.optional(statedText),
  perIncident: z.optional(form({ when: z.optional(condition), pattern: text })),
  audience: z.optional(text),
  src: sources,
})
export type Channel = z.infer<typeof channel>

const slot = form({
  id,
  label: text,
  /** Field of the incident that fills it; without one a person does. */
  from: z.optional(id),
  required: z._default(flagValue, true),
  choices: z._default(list(text), []),
  repeats: z._default(flagValue, false),
  src: sources,
})
export type Slot = z.infer<typeof slot>

/** `{{slot}}` in subject and body; everything else is literal, brackets and dollar signs included. */
const body = z.string({ error: 'a text' }).check(
  z.refine((value) => value.trim() !== '' && value.length <= 5_000, {
    error: 'a text of 1 to 5,000 characters',
  }),
)

export const template = form({
  id,
  title: text,
  audience: text,
  when: z.optional(condition),
  subject: z.optional(body),
  body,
  slots: list(slot),
  src: sources,
})
export type Template = z.infer<typeof template>

export const policy = form({
  id,
  label: text,
  audience: list(text),
  when: z.optional(condition),
  /** Precedence: lock, require, allow, deny. A lock gives way only to an approval of the exact text. */
  effect: z.enum(['lock', 'require', 'allow', 'deny'], { error: 'lock, require, allow or deny' }),
  what: z._default(list(text), []),
  unlessApproved: z.optional(id),
  src: sources,
})
export type Policy = z.infer<typeof policy>

export const approval = form({
  id,
  by: list(target),
  basis: z.enum(['stated', 'assumed'], { error: 'stated or assumed' }),
  why: z.optional(text),
  notAuthor: z._default(flagValue, true),
  src: sources,
})

export const statusPage = form({
  available: existence,
  address: z.optional(statedText),
  labels: z._default(z.record(text, text), {}),
  src: sources,
})

export const evidence = form({ hold: condition, covers: list(text), releaseBy: statedText, src: sources })

export const privacy = form({
  restrictedWhen: z.optional(condition),
  aims: z._default(list(text), []),
  src: sources,
})
