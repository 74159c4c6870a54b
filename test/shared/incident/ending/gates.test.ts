import { describe, expect, it } from 'vitest'
import { gatesBefore, unmet, vouching } from '../../../../shared/incident/gates.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import { barePlaybook, checklist, clock, minute, second, stated, unset } from '../../../helpers/playbook.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { ada, given, kim, lee, person, Room, robot, t0 } from '../given-when-then.ts'

const under = (id: string, severity: string, declared = {}) =>
  new Room(shipped(id), { severity, ...declared })
const open = (room: Room, to: 'resolved' | 'closed' = 'resolved') =>
  unmet(gatesBefore(room.state, room.playbook, to)).map(({ id }) => id)
/** Ticks all that vouches for the end. */
function verify(room: Room, at = 0) {
  for (const item of unmet(gatesBefore(room.state, room.playbook, 'resolved')))
    if (item.kind === 'task') room.must('task.tick', { task: item.id }, { at })
}
const resolve = { to: 'resolved', reason: 'Rolled back' }
const command = (room: Room, by = kim) => {
  const role = room.playbook.roles.find((one) => one.kind === 'commander')
  room.must('role.take', { role: role?.id }, { by })
}

describe('what comes before resolving (R125)', () => {
  it.each([
    ['agent-lab', 'P0', 5],
    ['agent-factory', 'P0', 4],
    ['agent-platform', 'P0', 2],
    // Four items and the watch, which answers the fifth.
    ['freeagentics', 'SEV-1', 5],
    ['agent-network', 'P1', 1],
  ])('%s asks for its own list, and resolving is not one click', (id, severity, count) => {
    const room = under(id, severity)
    expect(open(room)).toHaveLength(count)
    given(room).when('status.set', resolve).refuses('conflict', 'override')
  })

  it('names what is open in the refusal', () => {
    const decision = under('agent-network', 'P1').try('status.set', resolve)
    expect(decision.ok ? '' : decision.error.message).toBe(
      'Before it is resolved: It is truly over. Do it, set it aside, or send the reason as override.',
    )
  })

  it('lets it pass once each is ticked, or set aside with its reason (R124)', () => {
    const room = under('agent-platform', 'P0')
    room.must('task.tick', { task: 'resolution/monitor' }, { by: lee })
    room.must('task.not-applicable', { task: 'resolution/confirm', reason: 'No user was hit' })
    expect(open(room)).toEqual([])
    given(room)
      .when('status.set', resolve, { by: ada })
      .gives(['status.changed', { to: 'resolved', verifiedBy: ['lee'] }])
  })

  it('asks for what is not optional only: staging may be left out (R124)', () => {
    const items = gatesBefore(under('agent-platform', 'P0').state, shipped('agent-platform'), 'resolved')
    expect(items.flatMap((gate) => gate.items.map(({ id }) => id))).not.toContain('resolution/staging')
  })

  it('is ticked by people alone: nothing that vouches for the end is done by Muster (R129)', () => {
    const room = under('agent-platform', 'P0')
    expect(vouching(room.state, room.playbook).map(({ id, bind }) => [id, bind])).toEqual([
      ['resolution/monitor', null],
      ['resolution/confirm', null],
    ])
  })
})

describe('the override (R125, R52)', () => {
  const over = { ...resolve, override: 'The customer cannot wait' }

  it('is the commander’s, and stands on the record with what was open', () => {
    const room = under('agent-network', 'P1')
    given(room).when('status.set', over).refuses('forbidden', 'override')
    command(room, lee)
    given(room).when('status.set', over).refuses('forbidden')
    given(room)
      .when('status.set', over, { by: lee })
      .gives([
        'status.changed',
        { override: { reason: 'The customer cannot wait', open: ['It is truly over'] } },
      ])
    expect(room.state.resolution).toMatchObject({ override: 'The customer cannot wait', verifiedBy: [] })
  })

  it('is an administrator’s too', () => {
    const chief = { kind: 'person', id: 'ada', role: 'administrator' } as const
    expect(under('agent-network', 'P1').do('status.set', over, { by: chief }).ok).toBe(true)
    expect(under('agent-network', 'P1').do('status.set', over, { by: robot }).ok).toBe(true)
  })

  it('is not recorded where nothing was open', () => {
    const room = under('agent-network', 'P1')
    verify(room)
    room.must('status.set', over, { by: person('lee') })
    expect(room.state.resolution?.override).toBeNull()
  })

  it('needs a reason in words', () => {
    const room = under('agent-network', 'P1')
    command(room)
    given(room)
      .when('status.set', { ...over, override: ' ' })
      .refuses('invalid', 'override')
  })
})

describe('what nobody answered unlocks nothing', () => {
  const down = { kind: 'flag', id: 'down' } as const
  function conditional(parts: Partial<Playbook> = {}): Room {
    const list = checklist('check', 'page')
    for (const item of list.items) item.when = down
    return new Room(
      barePlaybook({
        flags: [{ id: 'down', question: 'Is it down?', src: [] }],
        checklists: [list],
        gates: [
          {
            id: 'g',
            label: 'It is over',
            to: 'resolved',
            requires: { checklists: ['check'], items: [], clocks: [] },
            src: [],
          },
        ],
        ...parts,
      }),
    )
  }

  it('an item whose question has no answer stands in the way; no takes it away, yes asks for it', () => {
    const room = conditional()
    const [gate] = gatesBefore(room.state, room.playbook, 'resolved')
    expect(gate?.items).toMatchObject([{ standing: 'unanswered' }])
    given(room).when('status.set', resolve).refuses('conflict', 'override')
    // "Unknown" said aloud is still no answer.
    room.must('flag.set', { flag: 'down', value: 'unknown' })
    given(room).when('status.set', resolve).refuses('conflict', 'override')
    room.must('flag.set', { flag: 'down', value: 'yes' })
    expect(open(room)).toEqual(['check/page'])
    room.must('flag.set', { flag: 'down', value: 'no' })
    expect(open(room)).toEqual([])
    room.must('status.set', resolve)
  })

  it('a watch without a figure is never over, and one whose question is open stands there too', () => {
    const requires = { checklists: [], items: [], clocks: ['watch'] }
    const gates = [{ id: 'g', label: 'Watched', to: 'resolved' as const, requires, src: [] }]
    const unsure = conditional({ gates, clocks: [clock('watch', 'fix_deployed', 'elapsed', unset)] })
    unsure.must('time.set', { time: 'fix_deployed', at: t0, reason: 'Deployed' })
    unsure.look(9_000 * minute)
    expect(gatesBefore(unsure.state, unsure.playbook, 'resolved')[0]?.items).toMatchObject([
      { standing: 'unset' },
    ])
    given(unsure).when('status.set', resolve).refuses('conflict', 'override')
    const asked = conditional({
      gates,
      clocks: [{ ...clock('watch', 'fix_deployed', 'elapsed', stated(minute)), when: down }],
    })
    expect(gatesBefore(asked.state, asked.playbook, 'resolved')[0]?.items).toMatchObject([
      { standing: 'unanswered' },
    ])
  })
})

describe('the watch after the fix (R126)', () => {
  function fixed(): Room {
    const room = under('freeagentics', 'SEV-3')
    room.must(
      'time.set',
      { time: 'fix_deployed', at: t0 + 10 * minute, reason: 'v42 is out' },
      { at: 10 * minute },
    )
    room.must(
      'entry.add',
      { kind: 'communication', text: 'Fixed', audience: 'customers' },
      { at: 11 * minute },
    )
    verify(room, 12 * minute)
    return room
  }

  it('refuses at 14:59 after the fix and lets it pass at 15:00', () => {
    const room = fixed()
    expect(open(room)).toEqual(['post-fix-watch'])
    room.look(24 * minute)
    given(room)
      .when('status.set', resolve, { at: 25 * minute - second })
      .refuses('conflict', 'override')
    given(room)
      .when('status.set', resolve, { at: 25 * minute })
      .gives(['clock.elapsed', { clock: 'post-fix-watch' }], ['status.changed', { to: 'resolved' }])
  })

  it('has not begun while nobody said when the fix was deployed', () => {
    const room = under('freeagentics', 'SEV-2')
    room.look(90 * minute)
    const clocks = gatesBefore(room.state, room.playbook, 'resolved')
      .flatMap(({ items }) => items)
      .filter(({ kind }) => kind === 'clock')
    expect(clocks).toMatchObject([{ id: 'post-fix-watch', standing: 'not-begun' }])
  })

  it('may be overridden by the commander, with the reason', () => {
    const room = fixed()
    command(room)
    given(room)
      .when('status.set', { ...resolve, override: 'Traffic is full and calm' }, { at: 13 * minute })
      .gives([
        'status.changed',
        { override: { reason: 'Traffic is full and calm', open: ['Watch after the fix'] } },
      ])
  })

  it('answers its item of the checklist: the same thing is not asked twice', () => {
    expect(open(fixed())).not.toContain('verification/watch')
  })
})

describe('what comes before closing (R131, R132)', () => {
  it('owes the lists that outlive resolution, and what follows the incident', () => {
    const room = under('agent-lab', 'P1')
    verify(room)
    room.must('status.set', resolve)
    const gates = gatesBefore(room.state, room.playbook, 'closed')
    expect(gates.map(({ id, items }) => [id, items.length])).toEqual([
      ['owed', 15],
      ['after', 1],
    ])
    given(room).when('incident.close', { reason: 'Done' }).refuses('conflict', 'override')
    for (const item of unmet(gates)) if (item.kind === 'task') room.must('task.tick', { task: item.id })
    expect(open(room, 'closed')).toEqual(['after/post-mortem-meeting'])
    room.must('deadline.meet', { deadline: 'after/post-mortem-meeting' })
    given(room)
      .when('incident.close', { reason: 'Done' })
      .gives(['incident.closed', { from: 'resolved' }])
  })

  it('waives an overdue post-mortem only with a reason on the record', () => {
    const room = under('agent-factory', 'P1')
    verify(room)
    room.must('status.set', resolve)
    command(room)
    const late = { at: 100 * 60 * minute }
    given(room).when('incident.close', { reason: 'Done' }, late).refuses('conflict', 'override')
    room.must('incident.close', { reason: 'Done', override: 'Held with the one before' }, late)
    expect(room.of('incident.closed')).toMatchObject([
      {
        override: {
          reason: 'Held with the one before',
          open: ['Post-incident work done', 'Post-mortem meeting'],
        },
      },
    ])
  })

  it('of an incident that is not resolved passes what comes before resolving as well', () => {
    expect(open(under('agent-network', 'P4'), 'closed')[0]).toBe('resolve/verify')
    expect(open(under('agent-network', 'P2'), 'closed')).toContain('after/post-mortem-meeting')
  })

  it('traces each step of resolving in agent-network; a flip of the status is not enough (R128)', () => {
    const room = under('agent-network', 'P2')
    room.must('flag.set', { flag: 'user_impacting', value: 'yes' })
    verify(room)
    room.must('status.set', resolve)
    const steps = ['document', 'stakeholders', 'status-page', 'post-mortem', 'logs', 'follow-ups', 'tracking']
    expect(open(room, 'closed')).toEqual([
      ...[...steps, 'outcome'].map((id) => `resolve/${id}`),
      'after/post-mortem-meeting',
    ])
    for (const id of [...steps, 'outcome']) room.must('task.tick', { task: `resolve/${id}` })
    expect(open(room, 'closed')).toEqual(['after/post-mortem-meeting'])
  })

  it('agent-network owes no post-mortem for P3, and P2 lowered to P3 still does (R128, S16)', () => {
    const owes = (room: Room) => {
      verify(room)
      room.must('status.set', resolve)
      return open(room, 'closed').filter((what) => what.startsWith('after/'))
    }
    expect(owes(under('agent-network', 'P3'))).toEqual([])
    const lowered = under('agent-network', 'P2')
    lowered.must('severity.set', { to: 'P3', reason: 'One user' })
    expect(owes(lowered)).toEqual(['after/post-mortem-meeting'])
  })
})

describe('who was told of the incident is told of its end (R117)', () => {
  const told = (room: Room, at: number) =>
    room.must('entry.add', { kind: 'communication', text: 'Told', audience: 'customers' }, { at })

  it('freeagentics: the status page says that it is over before it is, and news from before the fix is none of it', () => {
    const room = under('freeagentics', 'SEV-1')
    told(room, 5 * minute)
    room.must('time.set', { time: 'fix_deployed', at: t0 + 10 * minute, reason: 'v42' }, { at: 10 * minute })
    expect(open(room)).toContain('verification/status-page')
    given(room)
      .when('status.set', resolve, { at: 40 * minute })
      .refuses('conflict', 'override')
    told(room, 11 * minute)
    expect(open(room)).not.toContain('verification/status-page')
  })

  it('freeagentics: or it is waived with a reason on the record, never in silence', () => {
    const room = under('freeagentics', 'SEV-3')
    const page = { task: 'verification/status-page' }
    given(room).when('task.not-applicable', page).refuses('invalid', 'reason')
    room.must('task.not-applicable', { ...page, reason: 'Nobody outside noticed' })
    expect(open(room)).not.toContain(page.task)
    expect(room.of('task.not-applicable')).toMatchObject([{ reason: 'Nobody outside noticed' }])
  })

  it('agent-network: it is not closed before all stakeholders, and users who were hit, are told', () => {
    const room = under('agent-network', 'P1')
    const owed = () => open(room, 'closed').filter((id) => /stakeholders|status-page/.test(id))
    room.must('flag.set', { flag: 'user_impacting', value: 'yes' })
    verify(room)
    room.must('status.set', resolve)
    expect(owed()).toEqual(['resolve/stakeholders', 'resolve/status-page'])
    room.must('task.tick', { task: 'resolve/stakeholders' })
    room.must('task.not-applicable', { task: 'resolve/status-page', reason: 'The page was never changed' })
    expect(owed()).toEqual([])
    // No user was hit: there is nobody on the page to tell.
    const inner = under('agent-network', 'P1')
    inner.must('flag.set', { flag: 'user_impacting', value: 'no' })
    expect(open(inner, 'closed')).not.toContain('resolve/status-page')
  })

  it.each(['agent-lab', 'agent-factory', 'agent-platform'])(
    '%s has words for it and no duty: what no plan asks for stands in nobody’s way',
    (id) => {
      const { gates, checklists } = shipped(id)
      const required = checklists.filter((list) =>
        gates.some((gate) => gate.requires.checklists.includes(list.id)),
      )
      const items = required.flatMap((list) => list.items.flatMap((item) => [item, ...item.children]))
      expect(items.filter((item) => item.bind !== undefined)).toEqual([])
    },
  )
})
