import { describe, expect, it } from 'vitest'
import { IncidentLog } from '../../client/state/incident-log.ts'
import { event, type IncidentEvent, type NewEvent } from '../../shared/incident/events.ts'
import { evolve } from '../../shared/incident/evolve.ts'
import type { FreshJoin } from '../../shared/protocol/socket.ts'

const start = Date.UTC(2026, 0, 5, 14, 0)

function at(seq: number, made: NewEvent, commandId = `command-${seq}`): IncidentEvent {
  return {
    ...made,
    seq,
    at: start + seq * 1000,
    occurredAt: start + seq * 1000,
    actor: { kind: 'person', id: 'ada' },
    commandId,
    hash: `hash-${seq}`,
  }
}

const declared = at(
  1,
  event('incident.declared', {
    key: 'K7QF',
    title: 'Down',
    playbook: { id: 'p', hash: 'h', version: 1 },
    severity: null,
    times: {},
    components: [],
  }),
)
const chat = (seq: number, text = `message ${seq}`, commandId?: string) =>
  at(seq, event('chat.sent', { text, mentions: [], snippet: false }), commandId)

function joined(): IncidentLog {
  const log = new IncidentLog(evolve)
  const join: FreshJoin = {
    seq: 1,
    hash: 'hash-1',
    epoch: 1,
    schema: 1,
    state: evolve(null, declared),
    entries: [declared],
    seen: null,
  }
  log.fresh(join)
  return log
}

const shown = (log: IncidentLog) => log.entries.map((e) => e.seq)

describe('the log of one incident in the browser', () => {
  it('applies what follows, in order, and remembers the newest hash', () => {
    const log = joined()
    expect(log.receive([chat(2), chat(3)])).toBe('applied')
    expect([log.seq, log.hash, shown(log)]).toEqual([3, 'hash-3', [1, 2, 3]])
    expect(log.state?.counts.chat).toBe(2)
  })

  it('ignores what it has already', () => {
    const log = joined()
    log.receive([chat(2)])
    expect(log.receive([chat(2), declared])).toBe('nothing')
    expect(log.state?.counts.chat).toBe(1)
  })

  it('keeps early events, reports the gap, and joins them up once the missing one is here', () => {
    const log = joined()
    expect(log.receive([chat(4), chat(3)])).toBe('gap')
    expect(log.seq).toBe(1)
    expect(log.receive([chat(2)])).toBe('applied')
    expect(shown(log)).toEqual([1, 2, 3, 4])
  })

  it('reports a gap even when a part of the batch joined up', () => {
    const log = joined()
    expect(log.receive([chat(2), chat(4)])).toBe('gap')
    expect(log.seq).toBe(2)
  })

  it('starts afresh after a reset, and drops early events that the new state holds', () => {
    const log = joined()
    log.receive([chat(9)])
    let state = evolve(null, declared)
    for (let seq = 2; seq <= 8; seq++) state = evolve(state, chat(seq))
    log.fresh({ seq: 8, hash: 'hash-8', epoch: 2, schema: 1, state, entries: [chat(7), chat(8)], seen: null })
    expect([log.seq, log.epoch, shown(log), log.hasOlder]).toEqual([9, 2, [7, 8, 9], true])
    expect(log.receive([chat(10)])).toBe('applied')
  })

  it('asks for a reload when it meets an event from the future, and changes nothing', () => {
    const log = joined()
    expect(log.receive([{ ...chat(2), type: 'incident.teleported' }])).toBe('reload')
    expect(log.seq).toBe(1)
  })

  it('is mended by a fresh join when an event does not fit, and loses nothing until then', () => {
    const log = joined()
    expect(log.receive([{ ...declared, seq: 2 }, chat(3)])).toBe('gap')
    expect([log.astray, log.seq, shown(log)]).toEqual([true, 1, [1]])
    const state = evolve(evolve(evolve(null, declared), chat(2)), chat(3))
    const entries = [declared, chat(2), chat(3)]
    log.fresh({ seq: 3, hash: 'hash-3', epoch: 1, schema: 1, state, entries, seen: null })
    expect([log.astray, log.seq, log.receive([chat(4)])]).toEqual([false, 3, 'applied'])
  })

  it('lets go of the oldest entries, which come back by page', () => {
    const log = joined()
    log.receive([chat(2), chat(3), chat(4)])
    log.letGo(2)
    expect([shown(log), log.hasOlder]).toEqual([[3, 4], true])
    log.older([declared, chat(2)], false)
    expect([shown(log), log.hasOlder]).toEqual([[1, 2, 3, 4], false])
  })

  it('adds older pages in front without doubling anything', () => {
    const log = joined()
    const state = evolve(evolve(null, declared), chat(2))
    log.fresh({ seq: 2, hash: 'hash-2', epoch: 1, schema: 1, state, entries: [chat(2)], seen: null })
    expect(log.hasOlder).toBe(true)
    log.older([declared, chat(2)], false)
    expect([shown(log), log.hasOlder]).toEqual([[1, 2], false])
  })
})

describe('commands on their way', () => {
  const command = { id: 'command-x', type: 'chat.send', data: { text: 'hello' }, at: start }
  const ids = (log: IncidentLog) => log.pending.map((p) => p.id)

  it('are settled by their event before the answer', () => {
    const log = joined()
    log.sent(command)
    log.receive([chat(2, 'hello', 'command-x')])
    expect(ids(log)).toEqual([])
    log.answered('command-x', { ok: true, seq: 2 })
    expect(ids(log)).toEqual([])
  })

  it('stay after the answer until their event is here', () => {
    const log = joined()
    log.sent(command)
    log.answered('command-x', { ok: true, seq: 2 })
    expect(ids(log)).toEqual(['command-x'])
    log.receive([chat(2, 'hello', 'command-x')])
    expect(ids(log)).toEqual([])
  })

  it('that changed nothing are settled by the answer', () => {
    const log = joined()
    log.sent(command)
    log.answered('command-x', { ok: true, seq: 1 })
    expect(ids(log)).toEqual([])
  })

  it('that were refused are gone at once', () => {
    const log = joined()
    log.sent(command)
    log.answered('command-x', { ok: false, error: { code: 'closed', message: 'Closed.' } })
    expect(ids(log)).toEqual([])
  })

  it('accepted while cut off are settled by a fresh start that is past them', () => {
    const log = joined()
    log.sent(command)
    log.answered('command-x', { ok: true, seq: 3 })
    let state = evolve(null, declared)
    for (let seq = 2; seq <= 5; seq++) state = evolve(state, chat(seq))
    log.fresh({ seq: 5, hash: 'hash-5', epoch: 1, schema: 1, state, entries: [chat(5)], seen: null })
    expect(ids(log)).toEqual([])
  })
})
