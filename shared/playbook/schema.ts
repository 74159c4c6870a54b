import * as z from 'zod/mini'
import { basis, count, flagValue, form, id, list, moment, short, src, text, texts } from './forms.ts'
import { moments, procedureSources, roleRights } from './model.ts'
import { partsShape } from './parts/index.ts'
import { type Path, quoted, type Report } from './problems.ts'

/**
 * The form of a playbook file. Short forms (figures, conditions, windows, response targets) are left as they
 * are here and read in `short-forms.ts`, which can say more precisely what is wrong with them.
 */

const severity = form({
  key: z
    .string({ error: 'a key' })
    .check(z.regex(/^\S{1,20}$/, { error: 'a key of 1 to 20 characters without spaces' })),
  rank: count,
  name: text,
  alias: z.optional(text),
  definition: texts,
  examples: z.optional(texts),
  response: short.response,
  coverage: z.optional(
    z.union([z.literal('always'), z.literal('unset'), id], {
      error: 'always, unset or the id of a calendar',
    }),
  ),
  src,
})

const clock = form({
  id,
  label: text,
  from: moment,
  until: z.enum([...moments, 'elapsed'], { error: `elapsed or one of: ${moments.join(', ')}` }),
  target: short.figure,
  bound: z.enum(['inclusive', 'exclusive'], { error: 'inclusive or exclusive' }),
  when: z.optional(short.condition),
  restartOn: z.optional(list(moment)),
  basis,
  why: z.optional(text),
  src,
})

const cadence = form({
  id,
  audience: text,
  label: text,
  every: short.figure,
  when: z.optional(short.condition),
  soft: flagValue,
  orOnNews: flagValue,
  src,
})

const phase = form({ id, name: text, order: count, window: short.window, base: moment, src })

const itemShape = {
  id,
  text,
  optional: flagValue,
  when: z.optional(short.condition),
  clock: z.optional(id),
  cadence: z.optional(id),
  every: z.optional(short.figure),
  remove: z.optional(text),
  commands: z.optional(texts),
  bind: z.optional(short.binding),
  src,
}
/** Two levels are what playbooks have; a third would be a checklist of its own. */
const childItem = form(itemShape)
const item = form({ ...itemShape, children: z.optional(z.array(childItem, { error: 'a list of items' })) })

const procedure = form({
  inputs: list(
    form({
      id,
      label: text,
      from: z.optional(
        z.enum(procedureSources, { error: `what of the incident fills it: ${procedureSources.join(', ')}` }),
      ),
    }),
  ),
  result: form({ label: text, choices: z._default(texts, []) }),
})

const checklist = form({
  id,
  title: text,
  phase: z.optional(id),
  ordered: flagValue,
  when: z.optional(short.condition),
  restartOn: z.optional(list(moment)),
  procedure: z.optional(procedure),
  items: z.array(item, { error: 'a list of items' }).check(z.minLength(1, { error: 'at least one item' })),
  src,
})

const role = form({
  id,
  kind: z.enum(['commander', 'scribe', 'technical', 'communications', 'operations', 'security', 'other'], {
    error: 'commander, scribe, technical, communications, operations, security or other',
  }),
  name: text,
  short: text,
  duties: texts,
  usually: z.optional(text),
  rights: z._default(list(z.enum(roleRights, { error: roleRights.join(' or ') })), []),
  basis,
  src,
})

const deadline = form({
  id,
  label: text,
  within: short.figure,
  from: moment,
  when: z.optional(short.condition),
  src,
})

const label = z.optional(text)
const labels = form({
  investigating: label,
  mitigating: label,
  monitoring: label,
  resolved: label,
  closed: label,
})

export const playbookForm = form({
  id,
  product: text,
  title: text,
  purpose: text,
  src,
  severities: z
    .array(severity, { error: 'a list of severities' })
    .check(z.minLength(1, { error: 'at least one severity' })),
  response: form({ from: moment, until: moment, basis, why: z.optional(text) }),
  clocks: list(clock),
  cadences: list(cadence),
  phases: list(phase),
  checklists: list(checklist),
  roles: list(role),
  flags: list(form({ id, question: text, src })),
  sections: z
    .array(form({ id, title: text, hint: text, src }), { error: 'a list of sections' })
    .check(z.minLength(1, { error: 'at least one section' })),
  statusLabels: z.optional(labels),
  postIncident: list(deadline),
  notStated: texts,
  ...partsShape,
})

export type PlaybookForm = z.infer<typeof playbookForm>
export type ItemForm = z.infer<typeof item>
export type ChildItemForm = z.infer<typeof childItem>

/** Checks the structure of a file's value; every fault goes to `report`. */
export function readForm(value: unknown, report: Report): PlaybookForm | undefined {
  const result = z.safeParse(playbookForm, value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    const path: Path = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report([...path, key], `unknown key "${key}"`, issue.message)
      continue
    }
    if (issue.code === 'custom' && typeof issue.params?.message === 'string') {
      report(path, issue.params.message, issue.message)
      continue
    }
    const input = issue.input
    report(path, input === undefined ? 'is missing' : `is ${quoted(input)}`, issue.message)
  }
  return undefined
}
