import type { RoomCommandType } from '../../shared/incident/commands/registry.ts'

/**
 * Valid data for every command, once. Refs, people and ids are of the right shape; whether they exist is the
 * test's matter.
 */
export const commandSamples: Record<RoomCommandType, unknown> = {
  'incident.acknowledge': {},
  'incident.respond': {},
  'incident.close': { reason: 'All is well' },
  'incident.reopen': { reason: 'It is back' },
  'title.set': { title: 'The checkout is down' },
  'severity.set': { to: 'S2', reason: 'Fewer are hit', expected: 'S1' },
  'status.set': { to: 'mitigating', reason: 'Rolling back', expected: 'investigating' },
  'deadline.meet': { deadline: 'after/report' },
  'role.take': { role: 'ic' },
  'role.request': { role: 'ic' },
  'role.offer': { role: 'ic', to: 'lee' },
  'role.accept': { role: 'ic' },
  'role.decline': { role: 'ic' },
  'role.release': { role: 'ic' },
  'task.tick': { task: 'first/look' },
  'task.untick': { task: 'first/look' },
  'task.not-applicable': { task: 'first/look', reason: 'Nothing to see' },
  'task.assign': { task: 'first/look', to: { kind: 'person', id: 'lee' } },
  'task.add': { checklist: 'first', text: 'Call the supplier', after: 'first/look' },
  'task.reword': { task: 'first/look', text: 'Look twice', expected: 'Do look' },
  'task.move': { task: 'first/look', after: 'first/tell' },
  'chat.send': { text: 'Anybody there?', mentions: ['lee'] },
  'chat.edit': { ref: 2, text: 'Is anybody there?', mentions: ['lee'] },
  'chat.delete': { ref: 2 },
  'entry.add': {
    kind: 'communication',
    text: 'We are on it',
    reason: 'They asked',
    audience: 'internal',
    occurredAt: 1_700_000_000_000,
  },
  'entry.pin': { ref: 2, kind: 'decision', reason: 'It is what we do now', edit: 3 },
  'entry.amend': {
    ref: 2,
    text: 'We were on it',
    kind: 'event',
    reason: 'Wrong tense',
    occurredAt: 1_700_000_000_000,
  },
  'entry.strike': { ref: 2, reason: 'Was not so' },
  'component.add': { name: 'checkout' },
  'component.remove': { name: 'checkout' },
  'flag.set': { flag: 'down', value: 'yes' },
  'time.set': { time: 'alert_fired', at: 1_700_000_000_000, reason: 'Read from the pager' },
  'clock.look': {},
  'presence.note': { person: 'lee', change: 'joined' },
}
