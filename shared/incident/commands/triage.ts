import * as z from 'zod/mini'
import { event } from '../events.ts'
import { answerLimit, answerProblem } from '../triage.ts'
import { accept, define, refuse } from './define.ts'
import { idField } from './fields.ts'

export const answerField = z
  .string()
  .check(z.trim(), z.minLength(1, 'Write something.'), z.maxLength(answerLimit))

const answer = define({
  summary:
    'Says something of triage that sets no flag: `question/<id>`, `dimension/<id>` or `type`. Null takes it back. Nothing sets the severity by itself (R4, R5, R6).',
  schema: z.strictObject({ about: idField, value: z.nullable(answerField) }),
  whenClosed: false,
  grows: true,
  decide: (state, { about, value }, { playbook }) => {
    const problem = answerProblem(about, value, playbook)
    if (problem !== null) return refuse('invalid', problem, problem.startsWith('Choose') ? 'value' : 'about')
    const was = Object.hasOwn(state.answers, about) ? (state.answers[about]?.value ?? null) : null
    return was === value ? accept() : accept(event('triage.answered', { about, value, was }))
  },
})

export const triageCommands = { 'triage.answer': answer }
