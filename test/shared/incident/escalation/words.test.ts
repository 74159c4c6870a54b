import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stepDeed } from '../../../../shared/incident/escalation/deed.ts'
import { escalationPlan } from '../../../../shared/incident/escalation/plan.ts'
import { whatIf } from '../../../../shared/incident/escalation/what-if.ts'
import {
  changeWords,
  lateBy,
  type PlanWording,
  routingWords,
  samePersonWords,
  standingWords,
  targetsTold,
} from '../../../../shared/incident/escalation/words.ts'
import { event } from '../../../../shared/incident/events.ts'
import { sentence } from '../../../../shared/incident/sentences.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import { Room, robot, t0 } from '../given-when-then.ts'

const minute = 60_000

function under(name: string, severity: string | null): Room {
  const result = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
  if (!result.ok) throw new Error(name)
  return new Room(result.playbook, { severity, alertFiredAt: t0 })
}

const time = (ms: number) => `${new Date(ms).toISOString().slice(11, 16)} UTC`
const wording = (room: Room): PlanWording => ({
  state: room.state,
  playbook: room.playbook,
  names: { person: (id) => id.toUpperCase(), time },
})

/** Where a step stands in words, `at` minutes after the alert. */
function words(room: Room, key: string, at = 0): string {
  const planned = planned_(room, key, at)
  return standingWords(planned, wording(room))
}

function planned_(room: Room, key: string, at = 0) {
  const found = escalationPlan(room.state, room.playbook, t0 + at * minute).find((one) => one.key === key)
  if (found === undefined) throw new Error(`No step ${key}.`)
  return found
}

const deed = (room: Room, key: string) =>
  stepDeed(planned_(room, key).step, room.playbook, room.state.components)

describe('whom a step is about', () => {
  it('is told by position: all of them, or whoever can be reached', () => {
    const room = under('freeagentics', 'SEV-1')
    expect(deed(room, 'levels/l1')).toBe('call On-call engineer')
    expect(deed(room, 'levels/l2')).toBe('call Team lead and the domain expert')
    expect(deed(room, 'levels/l3')).toBe('call VP Engineering or CTO, whoever can be reached')
    expect(deed(room, 'levels/l4')).toBe('call CEO')
  })

  it('is the paged team while nobody knows which that is, and an act where nobody is called', () => {
    const platform = under('agent-platform', 'P1')
    expect(deed(platform, 'no-answer/secondary')).toBe('call the secondary on call of the paged team')
    expect(deed(platform, 'no-answer/lead')).toBe('call the lead of the paged team')
    expect(deed(platform, 'no-answer/em-cto')).toBe('call Engineering Manager and CTO')
    const network = under('agent-network', 'P4')
    const [first] = escalationPlan(network.state, network.playbook, t0).filter((one) =>
      one.key.endsWith('backlog'),
    )
    expect(first?.step.label).toBe('Put it into the backlog')
    expect(first && stepDeed(first.step, network.playbook)).toBe('put it into the backlog')
  })

  it('is the team that answers for what is affected, and never the first for want of one (R11)', () => {
    const room = under('agent-platform', 'P1')
    const teams = room.playbook.teams.map((team) =>
      team.id === 'infrastructure' ? { ...team, components: ['Load balancer'] } : team,
    )
    const playbook = { ...room.playbook, teams }
    const { step } = planned_(room, 'no-answer/primary')
    expect(stepDeed(step, playbook, ['load balancer'])).toBe('call SRE A')
    expect(routingWords(step, playbook, ['load balancer'])).toBeNull()
    expect(stepDeed(step, playbook, ['Search'])).toBe('call the primary on call of the paged team')
    expect(routingWords(step, playbook, ['Search'])).toBe(
      'No team is known for Search. Platform: Engineer A; Infrastructure: SRE A; Security: Security Lead',
    )
    expect(routingWords(step, playbook, [])).toMatch(
      /^Nothing is named as affected yet, so no team is known\./,
    )
    expect(routingWords(planned_(room, 'no-answer/em-cto').step, playbook, [])).toBeNull()
  })

  it('is an empty slot where no number or address was entered', () => {
    const free = under('freeagentics', 'SEV-1')
    expect(targetsTold(planned_(free, 'levels/l2').step, free.playbook)).toMatchObject([
      { words: 'Team lead', vacant: true },
      { words: 'the domain expert', vacant: false },
    ])
    const factory = under('agent-factory', 'P0')
    expect(targetsTold(planned_(factory, 'cto/cto').step, factory.playbook)).toMatchObject([
      { vacant: false },
    ])
  })

  it('warns of the same person in two steps of a path (R42)', () => {
    const room = under('agent-lab', 'P0')
    const lead = { ...room.playbook.contacts.find((one) => one.id === 'manager') }
    const playbook = {
      ...room.playbook,
      contacts: room.playbook.contacts.map((one) =>
        one.id === lead.id ? { ...one, sameAs: 'secondary' } : one,
      ),
    }
    const same = (key: string) => samePersonWords(planned_(room, key), { ...wording(room), playbook })
    expect(same('contacts/secondary')).toBeNull()
    expect(same('contacts/manager')).toBe('Manager is the same person as in “Secondary on-call”: skip it')
  })
})

describe('where a step stands', () => {
  it('by time: taken, to come, and with a question still open', () => {
    const room = under('freeagentics', 'SEV-1')
    expect(words(room, 'levels/l1')).toBe('time to call since 12:00 UTC')
    expect(words(room, 'levels/l2')).toBe('due at 12:15 UTC')
    expect(words(room, 'levels/l2', 15)).toBe('due since 12:15 UTC')
    expect(words(room, 'levels/l4')).toMatch(/^at 13:00 UTC if “.*” is answered yes$/)
    room.look(18 * minute)
    expect(lateBy(planned_(room, 'levels/l2', 18))).toBe(3 * minute)
    expect(lateBy(planned_(room, 'levels/l1', 18))).toBe(0)
    room.look(61 * minute)
    expect(words(room, 'levels/l4')).toMatch(/^at once when “.*” is answered yes$/)
  })

  it('by what people did: held, skipped, pressed', () => {
    const room = under('freeagentics', 'SEV-1')
    room.must(
      'role.take',
      { role: room.playbook.roles.find((role) => role.kind === 'commander')?.id },
      { at: minute },
    )
    const ref = (step: string) => ({ path: 'levels', step, reason: 'asleep' })
    room.must('escalation.hold', ref('l2'), { at: 14 * minute })
    expect(words(room, 'levels/l2', 14)).toBe('held by KIM until 12:24 UTC: asleep')
    room.must('escalation.skip', ref('l2'), { at: 15 * minute })
    expect(words(room, 'levels/l2', 15)).toBe('skipped by KIM at 12:15 UTC: asleep')
    room.must('escalation.press', ref('l3'), { at: 16 * minute })
    expect(words(room, 'levels/l3', 16)).toBe('escalated by KIM at 12:16 UTC')
  })

  it('where waiting does not bring it: why, and what would', () => {
    expect(words(under('agent-lab', 'P0'), 'contacts/secondary')).toBe('no time stated: somebody escalates')
    expect(words(under('agent-lab', 'P0'), 'contacts/manager')).toBe('after “Secondary on-call”')
    expect(words(under('freeagentics', 'SEV-3'), 'levels/l2')).toBe('not while this is SEV-3')
    expect(words(under('freeagentics', null), 'levels/l2')).toBe('once the severity is set')
    const platform = under('agent-platform', 'P1')
    platform.must('incident.acknowledge', {}, { at: minute })
    expect(words(platform, 'no-answer/secondary', 2)).toBe('not while it is acknowledged')
    const network = under('agent-network', 'P1')
    const asking = escalationPlan(network.state, network.playbook, t0).find(
      (one) => one.standing.kind === 'asks',
    )
    expect(asking && standingWords(asking, wording(network))).toBe('once it is said who answered first')
    const over = under('freeagentics', 'SEV-1')
    over.must(
      'status.set',
      { to: 'resolved', reason: 'rolled back', override: 'x' },
      { at: minute, by: robot },
    )
    expect(words(over, 'levels/l2', 2)).toBe('not called: the incident is over')
  })

  it('names each question that brings it by itself, and how long one has to stand', () => {
    const said = words(under('agent-factory', 'P2'), 'cto/cto')
    expect(said).toMatch(/^at once when “.*” or “.*” is answered yes; 1 h after “.*” is answered yes$/)
  })
})

describe('the record', () => {
  it('says whom it is time to call, and since when where it comes late', () => {
    const room = under('freeagentics', 'SEV-1')
    room.look(18 * minute)
    const names = { ...wording(room).names, task: (id: string) => id }
    expect(
      room.events
        .filter((e) => e.type === 'escalation.stepped')
        .map((e) => sentence(e, room.playbook, names)),
    ).toEqual([
      'Time to call On-call engineer: “L1, the on-call engineer” of “Levels since the alert”',
      'Time to call Team lead and the domain expert: “L2, the team lead and the domain expert” of “Levels since the alert”, since 12:15 UTC',
    ])
  })
})

describe('what another severity would change', () => {
  it('tells what would be cancelled, and what would be added', () => {
    const changes = (room: Room, to: string, at: number) => {
      const from = room.state.severity?.key ?? null
      const now = t0 + at * minute
      return whatIf(room.state, room.playbook, event('severity.changed', { from, to, reason: '' }), now).map(
        (change) => changeWords(change, wording(room), now),
      )
    }
    const room = under('freeagentics', 'SEV-2')
    room.must('flag.set', { flag: 'customer_facing', value: 'yes' })
    expect(changes(room, 'SEV-1', 1)).toEqual([
      { kind: 'added', text: 'L4, the CEO, at 13:00 UTC would be added' },
    ])
    expect(changes(room, 'SEV-3', 1)).toEqual([
      {
        kind: 'cancelled',
        text: 'L2, the team lead and the domain expert, at 12:15 UTC would be cancelled',
      },
      { kind: 'cancelled', text: 'L3, VP Engineering or the CTO, at 12:30 UTC would be cancelled' },
    ])
    room.look(70 * minute)
    expect(changes(room, 'SEV-1', 70)).toEqual([
      { kind: 'added', text: 'L4, the CEO, due at once would be added' },
    ])
  })
})
