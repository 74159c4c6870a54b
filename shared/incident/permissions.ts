import type { Actor } from './actor.ts'
import type { CommandType } from './commands/registry.ts'

/**
 * The one policy: (actor, action, incident) -> allow, or deny with the reason. REST, Socket.IO, documents and
 * the wall all ask here and nowhere else. Deny by default; a command without a row does not compile.
 */
export type RoomAction = 'incident.read' | 'document.read' | 'document.write' | 'presence.see'
export type HouseAction =
  | 'incidents.list'
  | 'playbooks.read'
  | 'playbooks.export'
  | 'playbooks.edit'
  | 'numbers.read'
  | 'people.list'
  | 'people.manage'
  | 'walls.manage'
  | 'links.manage'
  | 'clock.advance'
export type Action = CommandType | RoomAction | HouseAction

export interface IncidentScope {
  id: string
}

export type Verdict = { allow: true } | { allow: false; reason: string }

/** The least that an action asks for. `system` is for Muster itself and nobody else. */
export type Requirement = 'read' | 'respond' | 'administer' | 'system' | 'declare' | 'list'

const commandRows: Record<CommandType, Requirement> = {
  'incident.declare': 'declare',
  'incident.acknowledge': 'respond',
  'incident.respond': 'respond',
  'incident.close': 'respond',
  'incident.reopen': 'respond',
  'incident.link': 'respond',
  'incident.unlink': 'respond',
  'title.set': 'respond',
  'severity.set': 'respond',
  'status.set': 'respond',
  'role.take': 'respond',
  'role.offer': 'respond',
  'role.accept': 'respond',
  'role.decline': 'respond',
  'role.release': 'respond',
  'role.request': 'respond',
  'task.tick': 'respond',
  'task.untick': 'respond',
  'task.assign': 'respond',
  'task.not-applicable': 'respond',
  'task.add': 'respond',
  'task.reword': 'respond',
  'task.move': 'respond',
  'task.outcome': 'respond',
  'task.time': 'respond',
  'fix.regress': 'respond',
  'phase.enter': 'respond',
  'phase.leave': 'respond',
  'procedure.start': 'respond',
  'procedure.end': 'respond',
  'runbook.attach': 'respond',
  'runbook.detach': 'respond',
  'runbook.find': 'respond',
  'command.note': 'respond',
  'follow-up.add': 'respond',
  'chat.send': 'respond',
  'chat.edit': 'respond',
  'chat.delete': 'respond',
  'entry.add': 'respond',
  'entry.add-thread': 'respond',
  'entry.pin': 'respond',
  'entry.amend': 'respond',
  'entry.strike': 'respond',
  'component.add': 'respond',
  'component.remove': 'respond',
  'flag.set': 'respond',
  'triage.answer': 'respond',
  'time.set': 'respond',
  'bridge.set': 'respond',
  'playbook.adopt': 'respond',
  'bridge.remove': 'respond',
  'deadline.meet': 'respond',
  'escalation.press': 'respond',
  'escalation.hold': 'respond',
  'escalation.let-go': 'respond',
  'escalation.skip': 'respond',
  'responder.name': 'respond',
  'clock.look': 'system',
  'presence.note': 'system',
}

const roomRows: Record<RoomAction, Requirement> = {
  'incident.read': 'read',
  'document.read': 'read',
  'document.write': 'respond',
  'presence.see': 'read',
}

const houseRows: Record<HouseAction, Requirement> = {
  'incidents.list': 'list',
  'playbooks.read': 'read',
  // The file holds the numbers at which people are called.
  'playbooks.export': 'respond',
  'playbooks.edit': 'administer',
  'numbers.read': 'respond',
  'people.list': 'list',
  'people.manage': 'administer',
  'walls.manage': 'administer',
  'links.manage': 'respond',
  'clock.advance': 'administer',
}

export const policyTable: Readonly<Record<Action, Requirement>> = {
  ...commandRows,
  ...roomRows,
  ...houseRows,
}

/**
 * May `actor` do `action` (in `incident`, when the action belongs to one)?
 * A guest's rights end at the incident of its link; foreign incidents answer as if they did not exist.
 */
export function permitted(actor: Actor, action: Action, incident?: IncidentScope): Verdict {
  // An own key only: an action called `constructor` must not find Object's.
  const need = Object.hasOwn(policyTable, action) ? policyTable[action] : undefined
  if (need === undefined) return { allow: false, reason: `Nothing allows ${String(action)}.` }
  if (actor.kind === 'system') return { allow: true }
  if (need === 'system') return { allow: false, reason: 'Only Muster itself does this.' }
  if (actor.kind === 'automation') {
    if (action.startsWith('role.')) return { allow: false, reason: 'Automation cannot hold roles.' }
    return { allow: true }
  }
  if (actor.role === 'guest') {
    const scope = actor.scope
    if (scope === undefined) return { allow: false, reason: 'This guest belongs to no incident.' }
    if (action === 'playbooks.read') return { allow: true }
    // Whatever does not name the guest's own incident is outside its link; passing the link on is too.
    if (incident?.id !== scope.incidentId || action === 'links.manage')
      return { allow: false, reason: 'A guest sees one incident only.' }
    if (need === 'declare' || need === 'list' || need === 'administer')
      return { allow: false, reason: 'A guest sees one incident only.' }
    if (need === 'read') return { allow: true }
    return scope.role === 'responder'
      ? { allow: true }
      : { allow: false, reason: 'This link only lets you read along.' }
  }
  switch (need) {
    case 'read':
    case 'list':
      return { allow: true }
    case 'respond':
    case 'declare':
      return actor.role === 'viewer'
        ? { allow: false, reason: 'Viewers read along. Ask an administrator to become a responder.' }
        : { allow: true }
    case 'administer':
      return actor.role === 'administrator'
        ? { allow: true }
        : { allow: false, reason: 'Only administrators do this.' }
  }
}
