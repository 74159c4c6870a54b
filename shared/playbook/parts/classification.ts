import * as z from 'zod/mini'
import { flagValue, form, id, list, sources, text, texts } from '../forms.ts'
import { figure, number } from '../leaves.ts'

/** How a severity is found: questions, dimensions, types of incident, and what alerts and thresholds say. */

export const question = form({
  id,
  text,
  /** What may be answered; none: in own words. */
  options: z._default(texts, []),
  /** Flag that the answer yes, no or unknown sets. */
  sets: z.optional(id),
  src: sources,
})
export type Question = z.infer<typeof question>

export const dimension = form({
  id,
  label: text,
  values: texts,
  /** A dimension without a column in the table is recorded and does not vote (S14). */
  map: z.optional(z.record(text, text)),
  why: z.optional(text),
  src: sources,
})
export type Dimension = z.infer<typeof dimension>

export const incidentType = form({
  id,
  label: text,
  severity: text,
  runbook: z.optional(id),
  src: sources,
})
export type IncidentType = z.infer<typeof incidentType>

/** Flags that are rungs: setting a higher one sets the lower ones too, and taking it back recalls nothing. */
export const ladder = form({ id, label: text, flags: list(id), src: sources })

/** Flags that name what kind of trouble it is; several at once are allowed (R13). */
export const issueKind = form({ flag: id, label: text, src: sources })

export const source = form({
  id,
  label: text,
  mode: z.enum(['automatic', 'manual'], { error: 'automatic or manual' }),
  src: sources,
})

const operator = z.enum(['>', '<'], { error: '> or <' })

export const metric = form({
  id,
  label: text,
  unit: z.optional(text),
  statistic: z.optional(text),
  target: z.optional(form({ op: operator, value: number })),
  /** Looked at, with no figure of its own. */
  watchOnly: z._default(flagValue, false),
  src: sources,
})
export type Metric = z.infer<typeof metric>

export const threshold = form({
  id,
  metric: id,
  op: operator,
  value: number,
  for: z.optional(figure),
  severity: z.optional(text),
  sets: z._default(list(id), []),
  label: z.optional(text),
  src: sources,
})
export type Threshold = z.infer<typeof threshold>

/** An alert by name: which runbook it opens and what is looked at first. */
export const alertMap = form({
  id,
  alert: text,
  runbook: z.optional(id),
  first: text,
  severity: z.optional(text),
  sets: z._default(list(id), []),
  src: sources,
})
export type AlertMap = z.infer<typeof alertMap>
