import * as z from 'zod/mini'
import { form, id, list, sources, text, texts } from '../forms.ts'
import { stated, statedText, zone } from '../leaves.ts'
import { weekForm } from './week.ts'

/** What a playbook says of itself: scope, aims, its time zone, and when it was last looked at. */

/** A day of which parts may be unknown: `2024-01-XX`. Shown as written, never completed. */
const partialDate = stated<string>(
  (value) =>
    typeof value === 'string' && /^\d{4}-(\d{2}|XX)-(\d{2}|XX)$/.test(value)
      ? { ok: true, value }
      : { ok: false, expected: 'a date such as 2024-01-31 or 2024-01-XX, or {unset: true}' },
  { type: 'string', pattern: '^\\d{4}-(\\d{2}|XX)-(\\d{2}|XX)$' },
)

export const about = form({
  scope: z._default(texts, []),
  aims: z._default(texts, []),
  principles: z._default(texts, []),
  zone,
  /** Zone of times in reports. */
  reportZone: zone,
  lastUpdated: partialDate,
  lastReviewed: partialDate,
  nextReview: partialDate,
  src: sources,
})
export type About = z.infer<typeof about>

const holiday = z.string({ error: 'a date' }).check(
  z.refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)), {
    error: 'a date such as 2026-12-25',
  }),
)

export const calendar = form({
  id,
  label: text,
  zone,
  week: weekForm,
  holidays: z._default(list(holiday), []),
  src: sources,
})
export type Calendar = z.infer<typeof calendar>

/** `true` · `false` · `{unset: true}`: whether something exists at all. */
export const existence = stated<boolean>(
  (value) =>
    typeof value === 'boolean'
      ? { ok: true, value }
      : { ok: false, expected: 'true, false or {unset: true}' },
  { type: 'boolean' },
)

export const tools = form({
  dashboards: z._default(list(linkForm()), []),
  scripts: z._default(list(linkForm()), []),
  docs: z._default(list(linkForm()), []),
  urls: z._default(list(linkForm()), []),
})
export type Tools = z.infer<typeof tools>

/** Something to open. `vars` are the parts of the address that a team fills in: an address with one unset is not a link. */
function linkForm() {
  return form({ id, label: text, address: statedText, vars: z._default(list(id), []), src: sources })
}

export const integration = form({
  id,
  kind: z.enum(['tracker', 'chat', 'pager', 'ci', 'monitor', 'source', 'video', 'mail'], {
    error: 'tracker, chat, pager, ci, monitor, source, video or mail',
  }),
  purpose: text,
  address: z.optional(statedText),
  src: sources,
})

export const access = form({
  id,
  system: text,
  purpose: z.optional(text),
  level: z.optional(text),
  /** Everybody on call has it, or only while an emergency lasts. */
  held: z.enum(['always', 'emergency'], { error: 'always or emergency' }),
  src: sources,
})
export type Access = z.infer<typeof access>

/** A review, drill or other work that returns by the calendar, after events, or both. */
export const recurring = form({
  id,
  label: text,
  what: z._default(texts, []),
  every: z.optional(
    stated<string>(
      (value) =>
        typeof value === 'string' && /^[1-9]\d? (week|month|year)s?$/.test(value)
          ? { ok: true, value }
          : { ok: false, expected: 'an interval such as 1 week, 3 months or 1 year, or {unset: true}' },
      { type: 'string', pattern: '^[1-9]\\d? (week|month|year)s?$' },
    ),
  ),
  after: z._default(texts, []),
  src: sources,
})
export type Recurring = z.infer<typeof recurring>

export const onboardingStep = form({ id, text, src: sources })

export const measure = form({ id, label: text, formula: text, src: sources })
