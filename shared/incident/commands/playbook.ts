import * as z from 'zod/mini'
import { withoutNumberWays } from '../../playbook/contact-numbers.ts'
import { changeWords, diffPlaybooks } from '../../playbook/diff.ts'
import type { Playbook } from '../../playbook/model.ts'
import { event } from '../events.ts'
import type { IncidentState } from '../state.ts'
import { accept, define, refuse } from './define.ts'

const hashField = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'Not the hash of a playbook version.'))

/** Changes named in the record; more of them are counted. */
const mostTold = 12
/** Of each, in characters. */
const longestTold = 300

/** Why an incident cannot run by this version, or null (R67). */
function misfit(state: IncidentState, before: Playbook, to: Playbook): string | null {
  const severity = state.severity?.key
  if (severity !== undefined && !to.severities.some((one) => one.key === severity))
    return `Version ${to.version} has no severity ${severity}. Choose another severity first.`
  for (const [id, role] of Object.entries(state.roles)) {
    if (role.holder === null || to.roles.some((one) => one.id === id)) continue
    const name = before.roles.find((one) => one.id === id)?.name ?? id
    return `Version ${to.version} has no role ${name}, and somebody holds it. Let go of it first.`
  }
  return null
}

function shortened(words: string): string {
  return words.length > longestTold ? `${words.slice(0, longestTold - 1)}…` : words
}

const adopt = define({
  summary:
    'Runs the incident by another version of its playbook from now on, and records what that changes. What was ticked, taken and missed stays as it is (R67).',
  schema: z.strictObject({ hash: hashField }),
  whenClosed: false,
  grows: true,
  playbook: ({ hash }) => hash,
  decide: (state, { hash }, { playbook, refs, actor }) => {
    if (hash === state.playbook.hash) return accept()
    const to = refs.playbooks?.get(hash)
    if (to === undefined) return refuse('not-found', 'There is no such version of a playbook.', 'hash')
    if (to.id !== state.playbook.id)
      return refuse(
        'conflict',
        `This incident runs by ${playbook.product}. Another playbook is another incident.`,
      )
    const why = misfit(state, playbook, to)
    if (why !== null) return refuse('conflict', why)
    // An earlier version may ask for less, and keep less to the commander (R52).
    if (to.version < playbook.version && actor.kind === 'person' && actor.role !== 'administrator')
      return refuse('forbidden', `Only an administrator goes back to version ${to.version}.`)
    // The log is read by people who may not read numbers.
    const changes = diffPlaybooks(withoutNumberWays(playbook), withoutNumberWays(to))
    return accept(
      event('playbook.adopted', {
        from: { hash: state.playbook.hash, version: state.playbook.version },
        to: { hash, version: to.version },
        count: changes.length,
        told: changes.slice(0, mostTold).map((change) => shortened(changeWords(change))),
      }),
    )
  },
})

export const playbookCommands = { 'playbook.adopt': adopt }
