import type { Playbook, Role, RoleRight } from '../playbook/model.ts'
import type { Actor } from './actor.ts'
import type { IncidentState } from './state.ts'

/** Whose it is and not the asker's: the role, and the person who holds it now. */
export interface KeptBy {
  role: Role
  holder: string
}

/**
 * Who keeps `right` from this actor, or null when it may: what the playbook gives to a role is its holder's and an
 * administrator's (R52). While nobody holds the role it is everybody's who responds, so that nothing waits for
 * somebody who is not there; a holder who is away or silent can be taken over from. What others declare by machine
 * goes on: an administrator let it in.
 */
export function keptBy(
  right: RoleRight,
  state: Pick<IncidentState, 'roles'>,
  { playbook, actor }: { playbook: Pick<Playbook, 'roles'>; actor: Actor },
): KeptBy | null {
  if (actor.kind !== 'person' || actor.role === 'administrator') return null
  const holding = playbook.roles.flatMap((role) => {
    const holder = role.rights?.includes(right) ? state.roles[role.id]?.holder?.person : undefined
    return holder === undefined ? [] : [{ role, holder }]
  })
  return holding.some(({ holder }) => holder === actor.id) ? null : (holding[0] ?? null)
}

/** Why not, and what to do instead: "Priya Nair is Incident Commander and sets the severity. …" */
export function keptWords(right: RoleRight, { role }: KeptBy, name: string): string {
  const deed = { severity: 'sets the severity', resolve: 'says when it is over' }[right]
  return `${name} is ${role.name} and ${deed}. Ask them, or take over the role.`
}
