import type { Playbook } from '../playbook/model.ts'
import type { Actor } from './actor.ts'
import type { IncidentState } from './state.ts'

/** Why this one may not end it while something is open, or null: the commander and administrators may (R125). */
export function overrideDenied(
  state: IncidentState,
  { playbook, actor }: { playbook: Playbook; actor: Actor },
): string | null {
  if (actor.kind !== 'person' || actor.role === 'administrator') return null
  const commander = playbook.roles.find((role) => role.kind === 'commander')
  if (commander === undefined) return null
  const holder = state.roles[commander.id]?.holder?.person
  if (holder === actor.id) return null
  return holder === undefined
    ? `Nobody holds ${commander.name}. Take the role, then say why it ends without them.`
    : `Only the ${commander.name} or an administrator ends it while something is open.`
}
