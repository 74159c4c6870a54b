import { hour, minute } from '../../helpers/playbook.ts'
import { ada, aRoom, kim, lee, muster, type Room, robot, t0 } from './given-when-then.ts'

/** One long incident in which every type of event happens, by the commands that people give. */
export function everyEvent(): Room {
  const room = aRoom({ alertFiredAt: t0 - minute, components: ['checkout'] })
  const at = (minutes: number, by = kim) => ({ at: minutes * minute, by })
  room.must('presence.note', { person: 'kim', change: 'joined' }, at(0, muster))
  room.must('presence.note', { person: 'lee', change: 'joined' }, at(1, muster))
  room.must('incident.acknowledge', {}, at(3))
  room.must('incident.respond', {}, at(16))
  room.must('title.set', { title: 'Checkout is down' }, at(17))
  room.must('severity.set', { to: 'S2', reason: 'Only some are hit', expected: 'S1' }, at(18))
  room.must('status.set', { to: 'mitigating', reason: 'Rolling back' }, at(19))
  room.must('role.take', { role: 'ic' }, at(20))
  room.must('role.request', { role: 'ic' }, at(20, lee))
  room.must('role.decline', { role: 'ic' }, at(20))
  room.must('role.offer', { role: 'scribe', to: 'ada' }, at(21))
  room.must('role.decline', { role: 'scribe' }, at(21, ada))
  room.must('role.offer', { role: 'scribe', to: 'lee' }, at(22))
  room.must('role.accept', { role: 'scribe' }, at(22, lee))
  room.must('task.tick', { task: 'first/look' }, at(23, lee))
  room.must('task.tick', { task: 'first/tell-team' }, at(23))
  room.must('task.untick', { task: 'first/tell-team' }, at(24))
  room.must('task.assign', { task: 'first/stop', to: { kind: 'role', id: 'ic' } }, at(24))
  room.must('task.assign', { task: 'second/beta', to: { kind: 'person', id: 'lee' } }, at(24))
  room.must('task.not-applicable', { task: 'second/alpha', reason: 'No such host' }, at(25))
  room.must('task.add', { checklist: 'second', text: 'Call the supplier' }, at(25))
  room.must('task.reword', { task: 'first/stop', text: 'Stop the queue' }, at(26))
  room.must('task.move', { task: 'first/stop', after: null }, at(26))
  room.must('chat.send', { text: 'We roll back', mentions: ['kim'] }, at(27, lee))
  const message = room.last('chat.sent')
  room.must('chat.edit', { ref: message, text: 'We roll back to 41' }, at(28, lee))
  const edit = room.last('chat.edited')
  room.must('entry.pin', { ref: message, kind: 'decision', reason: 'It is fastest', edit }, at(29))
  room.must('chat.send', { text: 'Wrong room' }, at(30, ada))
  room.must('chat.delete', { ref: room.last('chat.sent') }, at(30, ada))
  room.must('chat.send', { text: 'x'.repeat(8_001) }, at(30, robot))
  room.must('entry.add', { kind: 'finding', text: 'The pool was full', occurredAt: t0 + 5 * minute }, at(31))
  const finding = room.last('entry.added')
  room.must('entry.amend', { ref: finding, text: 'The database pool was full' }, at(32))
  room.must(
    'entry.amend',
    { ref: finding, text: 'The pool was full', occurredAt: t0 + 6 * minute },
    at(33, lee),
  )
  room.must('entry.add', { kind: 'event', text: 'It rained' }, at(34))
  room.must('entry.strike', { ref: room.last('entry.added'), reason: 'Beside the point' }, at(34, lee))
  room.must('entry.add', { kind: 'communication', text: 'We are on it', audience: 'internal' }, at(35))
  room.must('entry.add', { kind: 'action', text: 'Rolled back to 41' }, at(36))
  room.must('component.add', { name: 'search' }, at(37))
  room.must('component.remove', { name: 'checkout' }, at(37))
  room.must('incident.link', { other: 'M4XT', how: 'related' }, at(37))
  room.must('incident.link', { other: 'P9QZ', how: 'duplicate' }, at(37))
  room.must('incident.unlink', { other: 'P9QZ' }, at(37))
  room.must('flag.set', { flag: 'down', value: 'yes' }, at(38))
  room.must('triage.answer', { about: 'dimension/users', value: 'All' }, at(38))
  const [ask, lead] = [
    { path: 'help', step: 'ask' },
    { path: 'help', step: 'lead' },
  ]
  room.must('escalation.hold', { ...ask, reason: 'We are nearly there' }, at(38))
  room.must('escalation.let-go', ask, at(38))
  room.must('escalation.press', { ...ask, reason: 'Nobody knows the cache' }, at(38, lee))
  room.must('escalation.skip', { ...lead, reason: 'On a plane' }, at(38))
  room.must('responder.name', { position: 'first' }, at(38, lee))
  const fixed = { time: 'fix_deployed', at: t0 + 39 * minute, reason: 'From the pipeline' }
  room.must('time.set', fixed, at(39))
  room.must('bridge.set', { url: 'https://meet.example.org/k7qf' }, at(39))
  room.must('phase.enter', { phase: 'contain' }, at(40))
  room.must('phase.leave', { phase: 'contain' }, at(41, lee))
  room.must('runbook.attach', { runbook: 'restart' }, at(41))
  room.must('runbook.find', { runbook: 'restart', branch: 'full', taken: true }, at(42, lee))
  const ran = { command: 'C1', text: 'systemctl restart shop', how: 'run', outcome: 'It is up' }
  room.must('command.note', { ...ran, task: 'run/restart/now/stop' }, at(42, lee))
  room.must('task.outcome', { task: 'run/restart/if.full/free', text: 'Half of it is free' }, at(42))
  room.must('task.time', { task: 'run/restart/now/look', ms: 10 * minute, repeats: true }, at(43))
  room.must('task.tick', { task: 'run/restart/now/look' }, at(44, ada))
  room.must('runbook.detach', { runbook: 'restart', reason: 'It is another one' }, at(45))
  room.must('procedure.start', { procedure: 'drill', inputs: { cause: 'An alert' } }, at(45))
  room.must('procedure.end', { procedure: 'drill', result: 'no' }, at(46))
  room.must('fix.regress', { reason: 'The errors are back' }, at(47, lee))
  room.must('follow-up.add', { text: 'Alert on the pool' }, at(48))
  room.look(hour)
  room.must('role.take', { role: 'ic' }, { ...at(61, lee), seen: { kim: 50 * minute } })
  room.must('role.release', { role: 'scribe' }, at(62, lee))
  room.must('status.set', { to: 'resolved', reason: 'Quiet for a while' }, at(63))
  room.must('deadline.meet', { deadline: 'after/report' }, at(25 * 60))
  room.must(
    'incident.close',
    { reason: 'All is well', override: 'The review is next week' },
    at(25 * 60, lee),
  )
  room.must('incident.reopen', { reason: 'It is back' }, at(26 * 60))
  room.must('presence.note', { person: 'lee', change: 'left' }, at(26 * 60, muster))
  const hash = 'c'.repeat(64)
  room.versions.set(hash, {
    ...room.playbook,
    version: room.playbook.version + 1,
    purpose: 'Learned from it',
  })
  room.must('playbook.adopt', { hash }, at(27 * 60))
  return room
}
