import * as z from 'zod/mini'
import type { Playbook } from '../../playbook/model.ts'
import { event } from '../events.ts'
import { maxFollowUps } from '../state.ts'
import { taskLists, taskTexts } from '../tasks.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, taskText } from './fields.ts'

const noRunbook = () => refuse('invalid', 'The playbook has no such runbook.', 'runbook')
const runbookOf = (playbook: Playbook, id: string) => playbook.runbooks.find((one) => one.id === id)

const attach = define({
  summary:
    'Attaches a runbook: its steps become tasks of this incident. One that is named and not written can be attached too; its steps are added as you go (R92, R96). What was done before it was detached still counts.',
  schema: z.strictObject({ runbook: idField }),
  whenClosed: false,
  grows: true,
  decide: (state, { runbook }, { playbook }) => {
    if (runbookOf(playbook, runbook) === undefined) return noRunbook()
    const known = state.runbooks[runbook]
    return known !== undefined && known.detached === null
      ? accept()
      : accept(event('runbook.attached', { runbook }))
  },
})

const detach = define({
  summary: 'Takes a runbook off the incident, with the reason. What was done stands in the record.',
  schema: z.strictObject({ runbook: idField, reason: reasonField }),
  whenClosed: false,
  grows: false,
  decide: (state, { runbook, reason }) => {
    const known = state.runbooks[runbook]
    if (known === undefined) return refuse('not-found', 'This runbook is not attached.', 'runbook')
    return known.detached === null ? accept(event('runbook.detached', { runbook, reason })) : accept()
  },
})

/** Findings do not exclude each other: it may be a deploy and the database (R93). */
const find = define({
  summary:
    'Chooses a finding of an attached runbook: the steps of its branch are to be done. With `taken: false` it holds no longer. Other branches stay as they are and can be chosen too.',
  schema: z.strictObject({ runbook: idField, branch: idField, taken: z.boolean() }),
  whenClosed: false,
  grows: true,
  decide: (state, { runbook, branch, taken }, { playbook }) => {
    const found = runbookOf(playbook, runbook)
    if (found === undefined) return noRunbook()
    const known = state.runbooks[runbook]
    if (known === undefined || known.detached !== null)
      return refuse('conflict', 'Attach this runbook first.', 'runbook')
    if (!found.branches.some((one) => one.id === branch))
      return refuse('invalid', 'The runbook has no such finding.', 'branch')
    const now = Object.hasOwn(known.findings, branch) ? known.findings[branch]?.taken : undefined
    if ((now ?? false) === taken) return accept()
    return accept(event('runbook.found', { runbook, branch, taken }))
  },
})

/** Longest command that is noted, parameters filled in; longest outcome that is pasted with it. UTF-16 units. */
const longestCommand = 8_000
const longestOutcome = 16_000

/** Muster runs nothing: a person says what they copied or ran elsewhere (R98). */
const note = define({
  summary:
    'Notes in the timeline that a command of the playbook was copied, or was run elsewhere and what came of it. Muster itself runs no command.',
  schema: z.strictObject({
    command: idField,
    /** The exact text, parameters filled in. */
    text: z.string().check(
      z.refine((text) => text.trim() !== '', 'The text of the command is missing.'),
      z.maxLength(longestCommand),
    ),
    how: z.enum(['copied', 'run']),
    outcome: z.optional(z.string().check(z.trim(), z.maxLength(longestOutcome))),
    task: z.optional(idField),
  }),
  whenClosed: false,
  grows: false,
  decide: (state, { command: id, text, how, outcome = '', task }, { playbook }) => {
    const command = playbook.commands.find((one) => one.id === id)
    if (command === undefined) return refuse('invalid', 'The playbook has no such command.', 'command')
    if (task !== undefined && !taskTexts(taskLists(state, playbook), playbook).has(task))
      return refuse('not-found', 'There is no such task in this incident.', 'task')
    const words = [
      `${how === 'run' ? 'Ran' : 'Copied'} ${id}, ${command.purpose}:`,
      text,
      ...(outcome === '' ? [] : ['Outcome:', outcome]),
    ]
    return accept(
      event('entry.added', {
        kind: how === 'run' ? 'action' : 'event',
        text: words.join('\n'),
        command: { id, how, ...(task === undefined ? {} : { task }) },
      }),
    )
  },
})

const followUp = define({
  summary: `Notes something to do after the incident, from a step or a point of a runbook where it has one (R94, R105). ${maxFollowUps} at most.`,
  schema: z.strictObject({ text: taskText, from: z.optional(idField) }),
  whenClosed: false,
  grows: true,
  decide: (state, { text, from }) => {
    if (from !== undefined && state.followUps.some((one) => one.from === from)) return accept()
    if (state.followUps.length >= maxFollowUps)
      return refuse('too-large', `${maxFollowUps} are noted already.`)
    const id = `follow-up/${state.followUps.length + 1}`
    return accept(event('follow-up.noted', { followUp: id, text, ...(from === undefined ? {} : { from }) }))
  },
})

export const runbookCommands = {
  'runbook.attach': attach,
  'runbook.detach': detach,
  'runbook.find': find,
  'command.note': note,
  'follow-up.add': followUp,
}
