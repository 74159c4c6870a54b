import * as z from 'zod/mini'
import { moments } from './model.ts'
import { type Path, quoted, type Report } from './problems.ts'

/**
 * The form of a playbook file. Short forms (figures, conditions, windows, response targets) are left as they
 * are here and read in `short-forms.ts`, which can say more precisely what is wrong with them.
 */
const text = z.string({ error: 'a text' }).check(
  z.refine((value) => value.trim() !== '' && value.length <= 500, {
    error: 'a text of 1 to 500 characters',
  }),
)
const id = z
  .string({ error: 'an id' })
  .check(z.regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, { error: 'an id of small letters, digits, - and _' }))
const texts = z.array(text, { error: 'a list of texts' })
const src = z.optional(z.union([text, texts], { error: 'a fact id or a list of them' }))
const flagValue = z.optional(z.boolean({ error: 'true or false' }))
const basis = z.enum(['stated', 'assumed', 'local'], { error: 'stated, assumed or local' })
const moment = z.enum(moments, { error: `one of: ${moments.join(', ')}` })
const count = z.int({ error: 'a whole number' })
/** Read later; the key itself must be there. */
const short = z.unknown()

const severity = form({
  key: z
    .string({ error: 'a key' })
    .check(z.regex(/^\S{1,20}$/, { error: 'a key of 1 to 20 characters without spaces' })),
  rank: count,
  name: text,
  alias: z.optional(text),
  definition: texts,
  examples: z.optional(texts),
  response: short,
  src,
})

const clock = form({
  id,
  label: text,
  from: moment,
  until: z.enum([...moments, 'elapsed'], { error: `elapsed or one of: ${moments.join(', ')}` }),
  target: short,
  bound: z.enum(['inclusive', 'exclusive'], { error: 'inclusive or exclusive' }),
  when: z.optional(short),
  basis,
  why: z.optional(text),
  src,
})

const cadence = form({
  id,
  audience: text,
  label: text,
  every: short,
  when: z.optional(short),
  soft: flagValue,
  orOnNews: flagValue,
  src,
})

const phase = form({ id, name: text, order: count, window: short, base: moment, src })

const itemShape = {
  id,
  text,
  optional: flagValue,
  when: z.optional(short),
  clock: z.optional(id),
  cadence: z.optional(id),
  src,
}
/** Two levels are what playbooks have; a third would be a checklist of its own. */
const childItem = form(itemShape)
const item = form({ ...itemShape, children: z.optional(z.array(childItem, { error: 'a list of items' })) })

const checklist = form({
  id,
  title: text,
  phase: z.optional(id),
  ordered: flagValue,
  when: z.optional(short),
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
  basis,
  src,
})

const deadline = form({ id, label: text, within: short, from: moment, when: z.optional(short), src })

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
    const input = issue.input
    report(path, input === undefined ? 'is missing' : `is ${quoted(input)}`, issue.message)
  }
  return undefined
}

function form<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `one of: ${Object.keys(shape).join(', ')}` : 'a group of keys',
  })
}

function list<Entry extends z.ZodMiniType>(entry: Entry) {
  return z.array(entry, { error: 'a list' })
}
