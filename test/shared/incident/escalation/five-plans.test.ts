import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { escalationPlan } from '../../../../shared/incident/escalation/plan.ts'
import { whatIf } from '../../../../shared/incident/escalation/what-if.ts'
import { event } from '../../../../shared/incident/events.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import { Room, robot, t0 } from '../given-when-then.ts'

/** Firing times of the shipped playbooks, by the figures of their documents, in minutes since the alert. */
const minute = 60_000

function under(name: string, severity: string | null): Room {
  const result = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
  if (!result.ok) throw new Error(name)
  return new Room(result.playbook, { severity, alertFiredAt: t0 })
}

/** Looks at the clock every half minute until `until`, and says which step came when. */
function run(room: Room, until: number, acts: Record<number, () => void> = {}): Record<string, number> {
  for (let at = 0; at <= until; at += 0.5) {
    room.look(at * minute)
    acts[at]?.()
  }
  return taken(room)
}

function taken(room: Room): Record<string, number> {
  return Object.fromEntries(
    room.events.flatMap((e) =>
      e.type === 'escalation.stepped'
        ? [[`${e.data.path}/${e.data.step}`, Math.round(((e.data.dueAt ?? e.at) - t0) / 600) / 100]]
        : [],
    ),
  )
}

const standing = (room: Room, key: string, at: number) =>
  escalationPlan(room.state, room.playbook, t0 + at * minute).find((s) => s.key === key)?.standing.kind

describe('freeagentics: levels since the alert, whether or not anybody acknowledged', () => {
  it('SEV-1 acknowledged at 2: 15, 30, and 60 for the CEO only when customers notice (R31, R32)', () => {
    const room = under('freeagentics', 'SEV-1')
    const acts = { 2: () => room.must('incident.acknowledge', {}, { at: 2 * minute }) }
    expect(run(room, 90, acts)).toEqual({ 'levels/l1': 0, 'levels/l2': 15, 'levels/l3': 30 })
    room.must('flag.set', { flag: 'customer_facing', value: 'yes' }, { at: 95 * minute })
    expect(taken(room)).toMatchObject({ 'levels/l4': 95 })
  })

  it('calls the CEO at 60 when customers notice from the start, and never for SEV-2', () => {
    const one = under('freeagentics', 'SEV-1')
    one.must('flag.set', { flag: 'customer_facing', value: 'yes' })
    expect(run(one, 61)).toMatchObject({ 'levels/l4': 60 })
    const two = under('freeagentics', 'SEV-2')
    two.must('flag.set', { flag: 'customer_facing', value: 'yes' })
    expect(run(two, 120)).toEqual({ 'levels/l1': 0, 'levels/l2': 15, 'levels/l3': 30 })
  })

  it('raised from SEV-2 to SEV-1 at 70 with customers noticing: the CEO is due now (R46)', () => {
    const room = under('freeagentics', 'SEV-2')
    room.must('flag.set', { flag: 'customer_facing', value: 'yes' })
    run(room, 69)
    room.must('severity.set', { to: 'SEV-1', reason: 'worse' }, { at: 70 * minute })
    expect(taken(room)).toMatchObject({ 'levels/l4': 70 })
  })

  it('calls nobody for SEV-4, open for two days (R33)', () => {
    const room = under('freeagentics', 'SEV-4')
    room.look(48 * 60 * minute)
    expect(taken(room)).toEqual({})
  })

  it('resolved at 29: L3 never comes; reopened at 40: L3 at once, L2 not again (R43)', () => {
    const room = under('freeagentics', 'SEV-1')
    run(room, 28)
    room.must(
      'status.set',
      { to: 'resolved', reason: 'fixed', override: 'x' },
      { at: 29 * minute, by: robot },
    )
    room.look(39 * minute)
    expect(taken(room)).toEqual({ 'levels/l1': 0, 'levels/l2': 15 })
    room.must('status.set', { to: 'investigating', reason: 'back' }, { at: 40 * minute })
    expect(taken(room)).toEqual({ 'levels/l1': 0, 'levels/l2': 15, 'levels/l3': 40 })
  })

  it('tells what lowering the severity would cancel, and records nothing', () => {
    const room = under('freeagentics', 'SEV-1')
    run(room, 20)
    const lower = event('severity.changed', { from: 'SEV-1', to: 'SEV-3', reason: 'imagined' })
    const before = room.events.length
    const changes = whatIf(room.state, room.playbook, lower, t0 + 20 * minute)
    expect(changes.map((c) => [c.key, c.before.standing.kind, c.after.standing.kind])).toEqual([
      ['levels/l3', 'pending', 'off'],
      ['levels/l4', 'asks', 'off'],
    ])
    expect(room.events.length).toBe(before)
  })
})

describe('agent-platform: nobody answers, by marks', () => {
  it('P1: 0, 5, 10; Engineering Manager and CTO only by hand while "extended" is unset (R28, R30)', () => {
    const room = under('agent-platform', 'P1')
    expect(run(room, 60)).toEqual({ 'no-answer/primary': 0, 'no-answer/secondary': 5, 'no-answer/lead': 10 })
    expect(standing(room, 'no-answer/em-cto', 60)).toBe('unset')
  })

  it('acknowledged at 3: nobody further is called', () => {
    const room = under('agent-platform', 'P1')
    const acts = { 3: () => room.must('incident.acknowledge', {}, { at: 3 * minute }) }
    expect(run(room, 60, acts)).toEqual({ 'no-answer/primary': 0 })
  })

  it('P0: primary, lead, Engineering Manager and CTO at once, even when acknowledged at once (R29)', () => {
    const room = under('agent-platform', 'P0')
    expect(taken(room)).toEqual({ 'no-answer/primary': 0, 'no-answer/lead': 0, 'no-answer/em-cto': 0 })
  })

  it('P2 raised to P0 at 20: lead, Engineering Manager and CTO at once; lowered again recalls nothing (R7)', () => {
    const room = under('agent-platform', 'P2')
    room.must('incident.acknowledge', {}, { at: 2 * minute })
    run(room, 19)
    room.must('severity.set', { to: 'P0', reason: 'worse' }, { at: 20 * minute })
    room.must('severity.set', { to: 'P2', reason: 'better' }, { at: 21 * minute })
    expect(taken(room)).toEqual({ 'no-answer/primary': 0, 'no-answer/lead': 20, 'no-answer/em-cto': 20 })
    // What came stays on the record; nobody is asked to call them any more.
    const standing = escalationPlan(room.state, room.playbook, t0 + 21 * minute)
    const asked = standing.filter((s) => s.standing.kind === 'done' && s.stands).map((s) => s.step.id)
    expect(asked).toEqual(['primary'])
  })

  it('a P2 that turns out to be about security calls the Security Lead at once (R136)', () => {
    const room = under('agent-platform', 'P2')
    room.must('flag.set', { flag: 'security', value: 'yes' }, { at: minute })
    expect(taken(room)).toMatchObject({ 'security/security-lead': 1 })
  })
})

describe('agent-factory: conditions, each its own (R34, R35)', () => {
  const flags: [string, string][] = [
    ['security', 'engineering-lead/engineering-lead'],
    ['data_loss_risk', 'engineering-lead/engineering-lead'],
    ['breach_confirmed', 'cto/cto'],
    ['customer_data_at_risk', 'cto/cto'],
    ['customer_data_loss', 'ceo/ceo'],
    ['legal_issue', 'ceo/ceo'],
  ]
  it.each(flags)('%s alone calls %s at once, on a P3', (flag, step) => {
    const room = under('agent-factory', 'P3')
    room.must('flag.set', { flag, value: 'yes' }, { at: 7 * minute })
    expect(taken(room)).toEqual({ [step]: 7 })
  })

  it('data exposed is a confirmed breach too: CTO and CEO, and taking it back recalls nothing', () => {
    const room = under('agent-factory', 'P3')
    room.must('flag.set', { flag: 'breach_data_exposed', value: 'yes' }, { at: 7 * minute })
    expect(taken(room)).toEqual({ 'cto/cto': 7, 'ceo/ceo': 7 })
    room.must('flag.set', { flag: 'breach_data_exposed', value: 'no' }, { at: 8 * minute })
    expect(room.state.flags.breach_confirmed?.value).toBe('yes')
  })

  it('P0: Engineering Lead at 30, CTO at 60; P1: Engineering Lead at 120', () => {
    expect(run(under('agent-factory', 'P0'), 200)).toEqual({
      'engineering-lead/engineering-lead': 30,
      'cto/cto': 60,
    })
    expect(run(under('agent-factory', 'P1'), 200)).toEqual({ 'engineering-lead/engineering-lead': 120 })
  })

  it('an outage of more than one hour without a break calls the CTO, of more than four the CEO', () => {
    const room = under('agent-factory', 'P2')
    room.must('flag.set', { flag: 'service_unavailable', value: 'yes' }, { at: 10 * minute })
    run(room, 300)
    const stepped = room.events.flatMap((e) => (e.type === 'escalation.stepped' ? [e.data] : []))
    expect(stepped.map((s) => [s.path, s.dueAt])).toEqual([
      ['cto', t0 + 70 * minute + 1],
      ['ceo', t0 + 250 * minute + 1],
    ])
  })

  it('50 minutes out, back, and 20 more call nobody: it is not one stretch', () => {
    const room = under('agent-factory', 'P2')
    const set = (value: string, at: number) =>
      room.must('flag.set', { flag: 'service_unavailable', value }, { at: at * minute })
    set('yes', 0)
    set('no', 50)
    set('yes', 55)
    set('no', 75)
    run(room, 75)
    room.look(300 * minute)
    expect(taken(room)).toEqual({})
  })
})

describe('agent-lab: no minutes stated', () => {
  it('reaches the primary at once; the others only by a press, one at a time (R38)', () => {
    const room = under('agent-lab', 'P0')
    expect(run(room, 300)).toEqual({ 'contacts/primary': 0 })
    expect(standing(room, 'contacts/secondary', 300)).toBe('unset')
    room.must(
      'escalation.press',
      { path: 'contacts', step: 'secondary', reason: 'silence' },
      { at: 300 * minute },
    )
    expect(standing(room, 'contacts/manager', 300)).toBe('unset')
    expect(Object.keys(taken(room))).toEqual(['contacts/primary', 'contacts/secondary'])
  })
})

describe('agent-network: by who answered first (R36)', () => {
  const cells: [string, string, string[]][] = [
    ['on-call-engineer', 'P1', ['team-lead', 'engineering-manager', 'cto']],
    ['on-call-engineer', 'P2', ['team-lead', 'engineering-manager']],
    ['on-call-engineer', 'P3', ['team-lead']],
    ['on-call-engineer', 'P4', ['backlog']],
    ['team-lead', 'P1', ['engineering-manager', 'cto']],
    ['team-lead', 'P2', ['engineering-manager']],
    ['team-lead', 'P3', ['assign-to-team']],
    ['team-lead', 'P4', ['backlog']],
    ['engineering-manager', 'P1', ['cto']],
    ['engineering-manager', 'P2', ['cto']],
    ['engineering-manager', 'P3', ['assign-to-team']],
    ['engineering-manager', 'P4', ['backlog']],
  ]
  it.each(cells)('%s, %s: %j', (first, severity, targets) => {
    const room = under('agent-network', severity)
    room.must('responder.name', { position: first }, { at: minute })
    const path = `matrix-${first}-${severity.toLowerCase()}`
    const plan = escalationPlan(room.state, room.playbook, t0 + minute)
    const open = plan.filter((s) => s.standing.kind !== 'off')
    expect(open.every((s) => s.path.id === path)).toBe(true)
    expect(open.map((s) => s.step.id.replace(/^\d+-/, ''))).toEqual(targets)
    expect(run(room, 600)).toEqual({})
  })

  it('asks who answered first before it can say whom to call', () => {
    const room = under('agent-network', 'P1')
    const asks = escalationPlan(room.state, room.playbook, t0).find((s) => s.standing.kind === 'asks')
    expect(asks?.standing).toMatchObject({ kind: 'asks', firstResponder: true })
  })
})
