import * as z from 'zod/mini'
import { form, list, texts } from '../forms.ts'
import { about, access, calendar, integration, measure, onboardingStep, recurring, tools } from './about.ts'
import { actionItems, disasterRecovery, gate, postMortem } from './aftermath.ts'
import {
  alertMap,
  dimension,
  incidentType,
  issueKind,
  ladder,
  metric,
  question,
  source,
  threshold,
} from './classification.ts'
import { handover, matrix, notice, path } from './escalation.ts'
import { approval, channel, evidence, policy, privacy, statusPage, template } from './messages.ts'
import { contact, rotation, team } from './people.ts'
import { command, runbook } from './runbooks.ts'

/**
 * Everything a playbook may say beyond its core. Each part may be left out; what is left out is empty, never
 * invented.
 */
export const partsShape = {
  about: z.optional(about),
  calendars: some(calendar),
  ladders: some(ladder),
  issueKinds: some(issueKind),
  classification: z._default(
    form({ questions: some(question), dimensions: some(dimension), types: some(incidentType) }),
    { questions: [], dimensions: [], types: [] },
  ),
  sources: some(source),
  alerts: z._default(form({ metrics: some(metric), thresholds: some(threshold), map: some(alertMap) }), {
    metrics: [],
    thresholds: [],
    map: [],
  }),
  contacts: some(contact),
  teams: some(team),
  rotation: z.optional(rotation),
  escalation: z._default(
    form({ paths: some(path), matrix: z.optional(matrix), handover: z.optional(handover) }),
    { paths: [] },
  ),
  notices: some(notice),
  runbooks: some(runbook),
  commands: some(command),
  channels: some(channel),
  templates: some(template),
  policies: some(policy),
  approvals: some(approval),
  statusPage: z.optional(statusPage),
  evidence: z.optional(evidence),
  privacy: z.optional(privacy),
  gates: some(gate),
  postMortem: z.optional(postMortem),
  actionItems: z.optional(actionItems),
  disasterRecovery: z.optional(disasterRecovery),
  measures: some(measure),
  reviews: some(recurring),
  drills: some(recurring),
  onboarding: some(onboardingStep),
  access: some(access),
  tools: z.optional(tools),
  integrations: some(integration),
  /** What in the document cannot be right, or does not fit with itself, one line each. */
  looksWrong: z._default(texts, []),
} as const

const partsForm = z.object(partsShape)
export type Parts = z.infer<typeof partsForm>

/** A playbook that says nothing beyond its core. */
export const noParts: Parts = partsForm.parse({})

/** Only the parts of a form that was read, without the core. */
export function partsOf(read: Parts): Parts {
  const parts: Record<string, unknown> = {}
  for (const key of Object.keys(partsShape)) {
    const value = read[key as keyof Parts]
    if (value !== undefined) parts[key] = value
  }
  return { ...noParts, ...parts }
}

function some<Entry extends z.ZodMiniType>(entry: Entry) {
  return z._default(list(entry), [])
}
