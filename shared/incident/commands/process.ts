import * as z from 'zod/mini'
import { event } from '../events.ts'
import { isOpen } from '../facts.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, taskText } from './fields.ts'

const regress = define({
  summary:
    'Says that what was fixed shows again, with what was seen. Whatever the playbook has begin anew then begins anew: a watch after the fix counts from here (R63).',
  schema: z.strictObject({ reason: reasonField }),
  whenClosed: false,
  grows: false,
  decide: (state, { reason }) => {
    if (!isOpen(state)) return refuse('conflict', 'It is resolved. Reopen it instead.')
    if (state.times.fix_deployed === undefined && state.times.mitigated === undefined)
      return refuse('conflict', 'Nothing was fixed yet, so nothing can come back.')
    return accept(event('fix.regressed', { reason }))
  },
})

const phaseOnly = z.strictObject({ phase: idField })
const noPhase = () => refuse('invalid', 'The playbook has no such phase.', 'phase')

/** No phase ends because another begins: they may overlap, and nobody is led through them (R65). */
const enter = define({
  summary: 'Says that work in a phase has begun. Other phases stay as they are; several may be open.',
  schema: phaseOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { phase }, { playbook }) => {
    if (!playbook.phases.some((one) => one.id === phase)) return noPhase()
    const now = state.phases[phase]
    return now !== undefined && now.left === null ? accept() : accept(event('phase.entered', { phase }))
  },
})

const leave = define({
  summary: 'Says that work in a phase is over. It can be begun again.',
  schema: phaseOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { phase }, { playbook }) => {
    if (!playbook.phases.some((one) => one.id === phase)) return noPhase()
    const now = state.phases[phase]
    return now === undefined || now.left !== null ? accept() : accept(event('phase.left', { phase }))
  },
})

const start = define({
  summary:
    'Starts a procedure of the playbook with what goes into it, and says who does its steps; steps that Muster sees tick themselves (R68).',
  schema: z.strictObject({
    procedure: idField,
    inputs: z.optional(z.record(idField, z.string().check(z.trim(), z.maxLength(280)))),
    asked: z.optional(
      z.nullable(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('person'), id: idField }),
          z.strictObject({ kind: z.literal('role'), id: idField }),
        ]),
      ),
    ),
  }),
  whenClosed: false,
  grows: true,
  people: (data) => (data.asked?.kind === 'person' ? [data.asked.id] : []),
  decide: (state, { procedure, inputs = {}, asked = null }, { playbook, refs }) => {
    const list = playbook.checklists.find((one) => one.id === procedure)
    if (list?.procedure === undefined)
      return refuse('invalid', 'The playbook has no such procedure.', 'procedure')
    const known = new Set(list.procedure.inputs.map((input) => input.id))
    const stray = Object.keys(inputs).find((id) => !known.has(id))
    if (stray !== undefined) return refuse('invalid', `The procedure takes no “${stray}”.`, 'inputs')
    if (asked?.kind === 'person' && !refs.people.has(asked.id))
      return refuse('not-found', 'There is no such person here.', 'asked')
    if (asked?.kind === 'role' && !playbook.roles.some((role) => role.id === asked.id))
      return refuse('invalid', 'The playbook has no such role.', 'asked')
    const run = state.procedures[procedure]
    if (run !== undefined && run.ended === null) return refuse('conflict', 'It is running already.')
    return accept(event('procedure.started', { procedure, inputs, asked }))
  },
})

const end = define({
  summary: 'Ends a running procedure with what came out of it, one of its choices where it has some.',
  schema: z.strictObject({ procedure: idField, result: taskText }),
  whenClosed: false,
  grows: true,
  decide: (state, { procedure, result }, { playbook }) => {
    const list = playbook.checklists.find((one) => one.id === procedure)
    if (list?.procedure === undefined)
      return refuse('invalid', 'The playbook has no such procedure.', 'procedure')
    const run = state.procedures[procedure]
    if (run === undefined || run.ended !== null)
      return refuse('conflict', 'It is not running. Start it first.', 'procedure')
    const { choices } = list.procedure.result
    if (choices.length > 0 && !choices.includes(result))
      return refuse('invalid', `Choose one of ${choices.join(', ')}.`, 'result')
    return accept(event('procedure.ended', { procedure, result }))
  },
})

export const processCommands = {
  'fix.regress': regress,
  'phase.enter': enter,
  'phase.leave': leave,
  'procedure.start': start,
  'procedure.end': end,
}
