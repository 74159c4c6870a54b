import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadPlaybook, problemLines } from '../../../shared/playbook/load.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import { crossedBy } from '../../../shared/playbook/thresholds.ts'
import { Room, t0 } from './given-when-then.ts'

/**
 * The five playbooks as they ship, run by one engine: when they are late, what they owe afterwards, and what readings
 * mean. Who is called when is in `escalation/five-plans.test.ts`. Figures by the documents; times in ms.
 */
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

function shipped(name: string, from?: string, to?: string): Playbook {
  const text = readFileSync(`shared/playbooks/${name}.yaml`, 'utf8')
  const changed = from === undefined || to === undefined ? text : text.replace(from, to)
  if (from !== undefined && changed === text) throw new Error(`There is no ${from} in ${name}.`)
  const result = loadPlaybook(changed, name)
  if (!result.ok) throw new Error(problemLines(name, result.problems).join('\n'))
  return result.playbook
}

const under = (playbook: Playbook, severity: string) => new Room(playbook, { severity, alertFiredAt: t0 })
const breached = (room: Room, clock: string) => room.state.clocks[clock]?.passed.length ?? 0

describe('responding', () => {
  it.each([
    ['agent-platform', 'P0', 15 * minute, 'within'],
    ['agent-platform', 'P1', 30 * minute, 'within'],
    ['agent-platform', 'P2', 2 * hour, 'within'],
    ['agent-platform', 'P3', 24 * hour, 'within'],
    ['agent-network', 'P1', 15 * minute, 'within'],
    ['agent-network', 'P2', hour, 'within'],
    ['agent-network', 'P3', 4 * hour, 'within'],
    ['freeagentics', 'SEV-1', 15 * minute, 'under'],
    ['freeagentics', 'SEV-2', 30 * minute, 'under'],
    ['freeagentics', 'SEV-3', 2 * hour, 'under'],
  ] as const)('%s %s is late after %d ms, as “%s” says to the ms', (name, severity, mark, bound) => {
    const first = bound === 'within' ? mark + 1 : mark
    const early = under(shipped(name), severity)
    early.look(first - 1)
    expect(breached(early, 'response')).toBe(0)
    early.look(first)
    expect(breached(early, 'response')).toBe(1)
  })

  it.each([
    ['agent-lab', ['P0', 'P1', 'P2', 'P3']],
    ['agent-factory', ['P0', 'P1', 'P2', 'P3']],
    ['agent-network', ['P4']],
  ] as const)('%s %j is never late: nobody stated a time', (name, severities) => {
    for (const severity of severities) {
      const room = under(shipped(name), severity)
      room.look(30 * day)
      expect(room.clock('response')).toMatchObject({ dueAt: null, targetMs: null })
      expect(breached(room, 'response')).toBe(0)
    }
  })

  it('freeagentics SEV-4: the end of the next day that is worked, once somebody said when that is', () => {
    const room = under(shipped('freeagentics'), 'SEV-4')
    room.look(30 * day)
    expect(room.clock('response').dueAt).toBeNull()
    const worked = shipped(
      'freeagentics',
      '{id: business, label: Business days, zone: {unset: true}, week: {unset: true}, holidays: []',
      "{id: business, label: Business days, zone: {local: Europe/London, by: Kim}, week: {local: {mon-fri: '09:00-17:00'}, by: Kim}, holidays: ['2026-01-06']",
    )
    // Monday noon in London; Tuesday is a holiday: Wednesday, 17:00.
    const due = Date.UTC(2026, 0, 7, 17)
    expect(under(worked, 'SEV-4').clock('response').dueAt).toBe(due)
  })
})

describe('acknowledging', () => {
  it.each([
    ['agent-lab', 'P3', 5 * minute, 5 * minute + 1],
    ['agent-factory', 'P2', 5 * minute, 5 * minute + 1],
    ['agent-platform', 'P1', 5 * minute, 5 * minute + 1],
    ['freeagentics', 'SEV-4', 5 * minute - 1, 5 * minute],
  ] as const)('%s: the last moment is %s', (name, severity, last, late) => {
    const met = under(shipped(name), severity)
    met.must('incident.acknowledge', {}, { at: last })
    met.look(late)
    expect(breached(met, 'ack')).toBe(0)
    const missed = under(shipped(name), severity)
    missed.look(late)
    expect(breached(missed, 'ack')).toBe(1)
  })

  it('agent-network states no time: silence is never late', () => {
    const room = under(shipped('agent-network'), 'P1')
    room.look(30 * day)
    expect(breached(room, 'ack')).toBe(0)
  })
})

describe('after it is resolved', () => {
  it.each([
    ['agent-lab', 'P3', { 'post-mortem-meeting': 24 * hour }],
    ['agent-factory', 'P3', { 'post-incident-work': 24 * hour, 'post-mortem-meeting': 48 * hour }],
    ['agent-platform', 'P3', { report: 48 * hour, 'post-mortem-meeting': null }],
    [
      'freeagentics',
      'SEV-4',
      {
        'initial-report': day,
        'draft-post-mortem': 3 * day,
        'review-meeting': 5 * day,
        'action-items': 7 * day,
      },
    ],
    ['agent-network', 'P2', { 'post-mortem-meeting': null }],
    ['agent-network', 'P3', {}],
  ] as const)('%s %s owes %j, counted from then', (name, severity, owed) => {
    // What must be done before it may be resolved is another matter.
    const playbook = { ...shipped(name), gates: [] }
    const room = under(playbook, severity)
    const at = 3 * hour
    room.must('status.set', { to: 'resolved', reason: 'fixed' }, { at })
    const found = playbook.postIncident
      .filter((one) => room.has(`after/${one.id}`))
      .map((one) => [one.id, room.clock(`after/${one.id}`).dueAt])
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(owed).map(([id, ms]) => [id, ms === null ? null : t0 + at + ms])),
    )
  })
})

describe('updates', () => {
  it('agent-platform: the public every 30 minutes for P0 and P1, and for no other', () => {
    const room = under(shipped('agent-platform'), 'P0')
    expect(room.clock('update/public').dueAt).toBe(t0 + 30 * minute)
    expect(under(shipped('agent-platform'), 'P2').has('update/public')).toBe(false)
  })

  it('freeagentics: the team every 30 minutes while mitigating, customers about hourly for SEV-1 and SEV-2', () => {
    const room = under(shipped('freeagentics'), 'SEV-2')
    expect(room.has('update/internal')).toBe(false)
    expect(room.clock('update/customers')).toMatchObject({ dueAt: t0 + hour, soft: true })
    room.must('status.set', { to: 'mitigating', reason: 'rolling back' }, { at: 10 * minute })
    expect(room.clock('update/internal').dueAt).toBe(t0 + 40 * minute)
    expect(under(shipped('freeagentics'), 'SEV-3').has('update/customers')).toBe(false)
  })

  it.each(['agent-lab', 'agent-factory', 'agent-network'])(
    '%s states no interval: none is ever missed',
    (name) => {
      const playbook = shipped(name)
      const room = under(playbook, playbook.severities[0]?.key ?? '')
      room.look(30 * day)
      expect(breached(room, 'update/internal')).toBe(0)
    },
  )
})

describe('windows of phases', () => {
  const windows = (name: string, until: number) => {
    const playbook = shipped(name)
    const room = under(playbook, playbook.severities[0]?.key ?? '')
    room.look(until)
    return room.events.flatMap((e) =>
      e.type === 'clock.elapsed' && e.data.clock.startsWith('phase/')
        ? [[e.data.clock, (e.data.dueAt - t0) / minute]]
        : [],
    )
  }

  it('agent-lab: over at 15, 60 and 240 minutes; the last has no end', () => {
    expect(windows('agent-lab', 30 * day)).toEqual([
      ['phase/detection', 15],
      ['phase/containment', 60],
      ['phase/recovery', 240],
    ])
  })

  it('agent-factory: over at 5, 30 and 120 minutes; what is immediate has no window', () => {
    expect(windows('agent-factory', 30 * day)).toEqual([
      ['phase/acknowledge-assess', 5],
      ['phase/investigate', 30],
      ['phase/resolve', 120],
    ])
  })

  it.each(['agent-platform', 'agent-network'])('%s has none', (name) => {
    expect(windows(name, 30 * day)).toEqual([])
  })
})

describe('the other reading of agent-platform: waits instead of marks', () => {
  it('moves the lead to minute 15, and nothing else', () => {
    const marks = 'since: {event: alert_fired, gte: 10m}'
    const room = under(shipped('agent-platform', marks, "since: {event: 'step:secondary', gte: 10m}"), 'P1')
    for (let at = 0; at <= 60; at += 1) room.look(at * minute)
    const taken = room.events.flatMap((e) =>
      e.type === 'escalation.stepped' ? [[e.data.step, (e.at - t0) / minute]] : [],
    )
    expect(Object.fromEntries(taken)).toEqual({ primary: 0, secondary: 5, lead: 15 })
  })
})

describe('readings', () => {
  const crossed = (name: string, metric: string, value: number) =>
    crossedBy(shipped(name), { metric, value, heldMs: 0 }).map((one) => one.severity?.key ?? one.threshold.id)

  it.each([
    ['agent-platform', 'error_rate', 5, []],
    ['agent-platform', 'error_rate', 5.1, ['errors-high']],
    ['agent-platform', 'agent_success', 95, []],
    ['agent-platform', 'agent_success', 94.9, ['agents-low']],
    ['freeagentics', 'api_response', 5, []],
    ['freeagentics', 'api_response', 5.1, ['SEV-2']],
    ['freeagentics', 'coordination_success', 49, ['SEV-2']],
    ['freeagentics', 'coordination_success', 50, []],
    ['freeagentics', 'agents_failing', 9, ['SEV-3']],
    ['freeagentics', 'agents_failing', 10, []],
    ['freeagentics', 'api_latency', 1, []],
    ['freeagentics', 'api_latency', 1.1, ['latency-alert']],
    // One reading over three marks: the worst comes first.
    ['agent-factory', 'error_rate', 1.2, ['P0', 'P1', 'P2']],
  ] as const)('%s %s %d: %j', (name, metric, value, expected) => {
    expect(crossed(name, metric, value)).toEqual(expected)
  })
})
