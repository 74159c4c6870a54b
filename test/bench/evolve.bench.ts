import { bench, describe } from 'vitest'
import { decide } from '../../shared/incident/decide.ts'
import { event, type IncidentEvent } from '../../shared/incident/events.ts'
import { timeline } from '../../shared/incident/timeline.ts'
import { everyEvent } from '../shared/incident/every-event.ts'
import { kim, replay, t0 } from '../shared/incident/given-when-then.ts'

/** Run with `npx vitest bench test/bench/evolve.bench.ts`. */
const room = everyEvent()
const long: IncidentEvent[] = [...room.events]
while (long.length < 5_000) {
  const sent = event('chat.sent', { text: 'Still here', mentions: [], snippet: false })
  const stamp = { at: room.state.at, occurredAt: room.state.at, commandId: 'c', hash: '' }
  long.push({ ...sent, ...stamp, seq: long.length + 1, actor: { kind: 'person', id: 'kim' } })
}
const context = {
  now: t0,
  actor: kim,
  playbook: room.playbook,
  refs: { events: new Map(), since: new Map(), people: new Map(), seen: new Map() },
}

describe('5,000 events', () => {
  bench('evolve', () => void replay(long))
  bench('timeline', () => void timeline(long))
})

describe('one command', () => {
  bench('chat.send', () => {
    decide(room.state, { id: 'command-1', type: 'chat.send', data: { text: 'x' } }, context)
  })
  bench('task.tick', () => {
    decide(room.state, { id: 'command-1', type: 'task.tick', data: { task: 'first/look' } }, context)
  })
  bench('task.add', () => {
    const data = { checklist: 'first', text: 'x' }
    decide(room.state, { id: 'command-1', type: 'task.add', data }, context)
  })
})
