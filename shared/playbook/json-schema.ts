import * as z from 'zod/mini'
import { id, short, text } from './forms.ts'
import { type JsonForm, type LeafForm, leafForms } from './leaves.ts'
import { boundFacts, moments, statuses } from './model.ts'
import { playbookForm } from './schema.ts'

/**
 * The JSON Schema of a playbook file, made from the very schema that reads it, so that editors complete and check while
 * somebody writes. What only the whole file can tell (a name that leads nowhere, phases out of order) is not in it.
 */
export function playbookJsonSchema(): Readonly<Record<string, unknown>> {
  const made = z.toJSONSchema(playbookForm, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'ref',
    override: ({ zodSchema, jsonSchema }) => {
      const form = formOf(zodSchema)
      if (form === null) return
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      Object.assign(jsonSchema, form)
    },
  })
  const { $schema, $defs, ...rest } = made
  return { $schema, title: 'Muster playbook', ...rest, $defs: { ...$defs, ...shared } }
}

const ref = (name: keyof typeof shared): JsonForm => ({ $ref: `#/$defs/${name}` })

/** What the schema library cannot see: leaves that are read by readers of ours, and the limits of texts. */
function formOf(schema: unknown): JsonForm | null {
  if (schema === text) return { type: 'string', minLength: 1, maxLength: 500 }
  if (schema === id) return { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,59}$' }
  if (schema === short.figure) return ref('figure')
  if (schema === short.response) return ref('response')
  if (schema === short.condition) return ref('condition')
  if (schema === short.window) return ref('window')
  if (schema === short.binding) return ref('binding')
  for (const [leaf, form] of leafForms) if (leaf === schema) return leafForm(form)
  return null
}

function leafForm(form: LeafForm): JsonForm {
  return typeof form === 'string' ? ref(form) : statedForm(form.stated)
}

/** The four ways in which a document, or we, or an operator, may give a value. */
function statedForm(value: JsonForm): JsonForm {
  return {
    anyOf: [
      value,
      group({ unset: { const: true } }, 'Nobody stated it.'),
      group({ assumed: value, why: { type: 'string' } }, 'We read it so, and say why.'),
      group({ local: value, by: { type: 'string' } }, 'An operator decided it.'),
    ],
  }
}

/** All of these keys and no other. */
function group(properties: Readonly<Record<string, unknown>>, description?: string): JsonForm {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  }
}

const duration: JsonForm = {
  type: 'string',
  pattern: '^\\s*(\\d+\\s*[smhd]\\s*)+$',
  description: 'A duration: 90s, 15m, 1h30m, 3d.',
}
const one = (name: string): JsonForm => ({ $ref: `#/$defs/${name}` })
const some = (of: JsonForm): JsonForm => ({ type: 'array', items: of, minItems: 1 })
const oneOrSome = (of: JsonForm): JsonForm => ({ anyOf: [of, some(of)] })
const named: JsonForm = { type: 'string', minLength: 1 }

const conditions: readonly JsonForm[] = [
  group({ severity: oneOrSome(named) }),
  group({ status: oneOrSome({ enum: statuses }) }),
  group({ flag: named }),
  group({ open: { type: 'boolean' } }),
  group({ acked: { type: 'boolean' } }),
]
const nested = (of: JsonForm): readonly JsonForm[] => [
  group({ all: some(of) }),
  group({ any: some(of) }),
  group({ not: of }),
]
const mark = (name: string): JsonForm => ({
  anyOf: [group({ [name]: named, gte: one('figure') }), group({ [name]: named, gt: one('figure') })],
})

const shared: Readonly<
  Record<'figure' | 'response' | 'window' | 'binding' | 'condition' | 'planCondition', JsonForm>
> = {
  figure: statedForm(duration),
  response: {
    anyOf: [
      group({ within: one('figure'), bound: { enum: ['inclusive', 'exclusive'] } }),
      group({ within: one('figure'), bound: { enum: ['inclusive', 'exclusive'] }, word: named }),
      ...[{}, { calendar: named }].map((calendar) =>
        group({
          rule: { const: 'next-business-day' },
          by: {
            anyOf: [
              { enum: ['start', 'end'] },
              group({ assumed: { enum: ['start', 'end'] }, why: { type: 'string' } }),
            ],
          },
          ...calendar,
        }),
      ),
      group({ rule: { const: 'scheduled' } }),
      group({ unset: { const: true } }),
    ],
  },
  window: {
    anyOf: [
      { enum: ['immediate', 'none'] },
      group({ from: duration, to: { anyOf: [duration, { type: 'null' }] } }),
    ],
  },
  binding: {
    anyOf: [
      { enum: boundFacts },
      group({ update: named }),
      group({ update: named, after: oneOrSome({ enum: moments }) }),
    ],
  },
  condition: { anyOf: [...conditions, ...nested(one('condition'))] },
  planCondition: {
    anyOf: [
      ...conditions,
      ...nested(one('planCondition')),
      group({ since: mark('event') }),
      group({ held: mark('flag') }),
      group({ manual: { const: true } }),
      group({ firstResponder: named }),
    ],
  },
}
