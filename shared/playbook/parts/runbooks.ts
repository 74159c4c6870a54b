import * as z from 'zod/mini'
import { flagValue, form, id, list, sources, text, texts } from '../forms.ts'
import { condition, statedText } from '../leaves.ts'

/** Runbooks and the commands they use. Muster never runs a command: people copy it, and say what came of it (R98). */

const commandText = z.string({ error: 'a command' }).check(
  z.refine((value) => value.trim() !== '' && value.length <= 2_000, {
    error: 'a command of 1 to 2,000 characters',
  }),
)

const parameter = form({
  id,
  label: text,
  /** Its place in the text, exactly as written there. */
  token: text,
  /** How a value is made safe in its place. */
  quoting: z.enum(['shell', 'sql', 'url', 'path'], { error: 'shell, sql, url or path' }),
})

export const command = form({
  id: text,
  purpose: text,
  /** `read` looks only, `change` changes production, `destroy` cannot be taken back. */
  effect: z.enum(['read', 'change', 'destroy'], { error: 'read, change or destroy' }),
  panel: z.optional(z.enum(['quick', 'emergency'], { error: 'quick or emergency' })),
  text: commandText,
  params: z._default(list(parameter), []),
  danger: z.optional(text),
  /** What is wrong with it as the document gives it; the text stays as given. */
  defect: z.optional(text),
  suggestion: z.optional(commandText),
  src: sources,
})
export type Command = z.infer<typeof command>

const stepForm = form({
  id,
  text,
  optional: z._default(flagValue, false),
  when: z.optional(condition),
  commands: z._default(texts, []),
  /** What has to be taken away again before the end (R69). */
  remove: z.optional(text),
  src: sources,
})
export type RunbookStep = z.infer<typeof stepForm>

const part = form({
  id,
  title: text,
  kind: z.enum(
    ['immediate', 'investigation', 'containment', 'resolution', 'automated', 'manual', 'short-term'],
    {
      error: 'immediate, investigation, containment, resolution, automated, manual or short-term',
    },
  ),
  ordered: z._default(flagValue, false),
  when: z.optional(condition),
  steps: list(stepForm).check(z.minLength(1, { error: 'at least one step' })),
  src: sources,
})
export type RunbookPart = z.infer<typeof part>

const branch = form({ id, finding: text, steps: list(stepForm), src: sources })

const noted = form({ id, text, src: sources })

export const runbook = form({
  id,
  title: text,
  /** A stub is named by the document and not written: shown as missing, never filled by us. */
  state: z.enum(['written', 'stub'], { error: 'written or stub' }),
  address: z.optional(statedText),
  when: z.optional(condition),
  symptoms: z._default(list(noted), []),
  parts: z._default(list(part), []),
  branches: z._default(list(branch), []),
  prevention: z._default(list(noted), []),
  /** Questions and lists that belong to it without being steps. */
  notes: z._default(list(noted), []),
  src: sources,
})
export type Runbook = z.infer<typeof runbook>
