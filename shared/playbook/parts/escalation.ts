import * as z from 'zod/mini'
import { flagValue, form, id, list, sources, text } from '../forms.ts'
import { condition, planCondition } from '../leaves.ts'
import { target } from './people.ts'

/** Who is called when, and who is told: paths of steps, and notices that use up no step (R39). */

const via = list(
  z.enum(['app', 'email', 'sms', 'phone', 'page', 'chat', 'ticket'], {
    error: 'app, email, sms, phone, page, chat or ticket',
  }),
)

export const step = form({
  id,
  label: text,
  to: list(target).check(z.minLength(1, { error: 'at least one target' })),
  /** All of the targets, or the first that can be reached. */
  all: z._default(flagValue, false),
  when: planCondition,
  via: z._default(via, []),
  /** Why the condition reads as it does, where the document leaves room. */
  why: z.optional(text),
  src: sources,
})
export type EscalationStep = z.infer<typeof step>

export const path = form({
  id,
  label: text,
  when: z.optional(planCondition),
  /** A step waits for the one before it. */
  sequential: z._default(flagValue, false),
  steps: list(step).check(z.minLength(1, { error: 'at least one step' })),
  why: z.optional(text),
  src: sources,
})
export type EscalationPath = z.infer<typeof path>

/** One target list per first responder and severity; compiled to sequential paths (see `matrix.ts`). */
export const matrix = form({
  label: text,
  /** When the next in a cell is due after the one before. */
  advance: planCondition,
  rows: list(
    form({
      first: id,
      label: text,
      cells: z.record(text, list(target).check(z.minLength(1, { error: 'at least one target' }))),
      src: sources,
    }),
  ),
  src: sources,
})
export type EscalationMatrix = z.infer<typeof matrix>

export const handover = form({
  /** What goes with the hand-over of command. */
  context: list(text),
  note: z._default(flagValue, false),
  src: sources,
})

export const notice = form({
  id,
  label: text,
  on: z.enum(['declared', 'escalated', 'flag', 'resolved', 'closed', 'update'], {
    error: 'declared, escalated, flag, resolved, closed or update',
  }),
  when: z.optional(condition),
  to: list(target),
  via,
  fallback: z._default(via, []),
  src: sources,
})
export type Notice = z.infer<typeof notice>
