import * as z from 'zod/mini'
import { flagField, idField, reasonField, severityField, timeField, titleField } from './fields.ts'
import { answerField } from './triage.ts'

/** Declaring creates the incident, so it is decided apart from the commands of an existing one. */
export const declareSchema = z.strictObject({
  title: titleField,
  /** Playbook id; the default playbook when left out. */
  playbook: z.optional(idField),
  severity: z.optional(z.nullable(severityField)),
  /** Why another severity than the rules of the playbook suggest from `answers`. */
  severityReason: z.optional(reasonField),
  /** Questions answered with the declaration, by flag. */
  flags: z.optional(z.record(idField, flagField)),
  /** What else triage asks, as `triage.answer` takes it. */
  answers: z.optional(z.record(idField, answerField)),
  impactBeganAt: z.optional(timeField),
  alertFiredAt: z.optional(timeField),
  detectedAt: z.optional(timeField),
  components: z.optional(
    z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(80))).check(z.maxLength(50)),
  ),
})
export type DeclareData = z.infer<typeof declareSchema>

export const declareTitle = 'Declare incident'
export const declareSummary =
  'Opens a room under one playbook. A title is enough; severity may follow. A resend with the same key gives the same incident.'
