import * as z from 'zod/mini'
import { flagValue, form, id, list, sources, text, texts } from '../forms.ts'
import { condition, figure, number, zone } from '../leaves.ts'

/** Ending an incident and learning from it: gates, the post-mortem and its parts, action items, disaster recovery. */

/** What must be done before a status: checklists and clocks by id. */
export const gate = form({
  id,
  label: text,
  to: z.enum(['resolved', 'closed'], { error: 'resolved or closed' }),
  requires: form({
    checklists: z._default(list(id), []),
    items: z._default(list(text), []),
    clocks: z._default(list(id), []),
  }),
  src: sources,
})
export type Gate = z.infer<typeof gate>

const field = form({
  id,
  label: text,
  optional: z._default(flagValue, false),
  repeats: z._default(flagValue, false),
  src: sources,
})

const section = form({
  id,
  title: text,
  hint: z.optional(text),
  fields: z._default(list(field), []),
  src: sources,
})

export const postMortem = form({
  /** When one is owed, judged on the highest severity reached (S16); without it: always. */
  requiredWhen: z.optional(condition),
  questions: z._default(list(form({ id, text, src: sources })), []),
  areas: z._default(texts, []),
  principles: z._default(list(form({ id, text, src: sources })), []),
  template: z.optional(form({ title: text, zone, head: list(field), sections: list(section), src: sources })),
  outputs: z._default(list(form({ id, text, when: z.optional(condition), src: sources })), []),
  followUps: z._default(list(form({ id, text, skipWhen: z.optional(condition), src: sources })), []),
  src: sources,
})
export type PostMortem = z.infer<typeof postMortem>

export const actionItems = form({
  fields: texts,
  required: texts,
  statuses: z._default(texts, []),
  priorities: z._default(texts, []),
  verification: z._default(flagValue, false),
  review: z.optional(figure),
  src: sources,
})

const tierFigure = form({ tier: text, within: figure, src: sources })

const call = form({
  name: text,
  params: z._default(texts, []),
  returns: z.optional(text),
  steps: z._default(list(form({ id, text, src: sources })), []),
  src: sources,
})

export const disasterRecovery = form({
  criteria: form({
    rto: list(tierFigure),
    rpo: list(tierFigure),
    thresholds: list(form({ id, label: text, value: number, src: sources })),
    src: sources,
  }),
  properties: list(form({ name: text, type: text, initial: text, src: sources })),
  calls: list(call),
  plans: z._default(
    list(
      form({
        id,
        label: text,
        components: texts,
        steps: list(form({ id, text, src: sources })),
        src: sources,
      }),
    ),
    [],
  ),
  src: sources,
})
export type DisasterRecovery = z.infer<typeof disasterRecovery>
