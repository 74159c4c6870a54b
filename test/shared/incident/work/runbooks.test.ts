import { describe, expect, it } from 'vitest'
import { leftBehind } from '../../../../shared/incident/left-behind.ts'
import { sentence } from '../../../../shared/incident/sentences.ts'
import { flatTasks, taskLists, taskTexts } from '../../../../shared/incident/tasks.ts'
import { minute } from '../../../helpers/playbook.ts'
import { aRoom, given, kim, lee, type Room, robot } from '../given-when-then.ts'

const listsOf = (room: Room) => taskLists(room.state, room.playbook).filter((list) => list.run !== null)
const taskOf = (room: Room, id: string) =>
  flatTasks(taskLists(room.state, room.playbook)).find((task) => task.id === id)
const step = 'run/restart/now/stop'
const attached = (): Room => given(aRoom(), ['runbook.attach', { runbook: 'restart' }]).room

describe('an attached runbook (R92)', () => {
  it('has its steps as tasks: two people tick different ones, and each is kept with its time', () => {
    const room = attached()
    expect(listsOf(room).map((list) => list.checklist.title)).toEqual([
      'Restart the shop: At once',
      'Restart the shop: Later',
    ])
    room.must('task.tick', { task: step }, { at: minute, by: kim })
    room.must('task.tick', { task: 'run/restart/now/look' }, { at: minute, by: lee })
    room.must('task.outcome', { task: step, text: 'It hung for a while' }, { at: 2 * minute, by: lee })
    expect(taskOf(room, step)?.done).toMatchObject({ by: 'kim' })
    expect(taskOf(room, step)?.state.outcome).toMatchObject({ by: 'lee', text: 'It hung for a while' })
    expect(taskOf(room, 'run/restart/now/look')?.done).toMatchObject({ by: 'lee' })
  })

  it('warns of a step before its turn and blocks nobody', () => {
    given(attached())
      .when('task.tick', { task: 'run/restart/now/look' })
      .gives(['task.ticked', { ahead: [step] }], ['clock.met'])
  })

  it('is not there until it is attached, and its steps are no tasks', () => {
    given(aRoom()).when('task.tick', { task: step }).refuses('not-found', 'task')
    given(aRoom()).when('runbook.attach', { runbook: 'nothing' }).refuses('invalid', 'runbook')
    given(aRoom())
      .when('runbook.find', { runbook: 'restart', branch: 'full', taken: true })
      .refuses('conflict', 'runbook')
  })

  it('attached twice is attached once', () => {
    given(attached()).when('runbook.attach', { runbook: 'restart' }).gives()
  })

  it('detached with a reason it leaves the list, keeps its words in the record, and comes back with its ticks', () => {
    const room = attached()
    room.must('task.tick', { task: step }, { at: minute })
    given(room).when('runbook.detach', { runbook: 'restart' }).refuses('invalid', 'reason')
    room.must('runbook.detach', { runbook: 'restart', reason: 'It is another one' })
    expect(listsOf(room)).toEqual([])
    const texts = taskTexts(taskLists(room.state, room.playbook), room.playbook)
    expect(texts.get(step)).toBe('Do stop')
    const last = room.events.at(-1)
    if (last === undefined) throw new Error('nothing happened')
    const names = { person: (id: string) => id, task: (id: string) => id, time: String }
    expect(sentence(last, room.playbook, names)).toBe(
      'kim detached the runbook “Restart the shop”: It is another one',
    )
    room.must('runbook.attach', { runbook: 'restart' }, { at: 5 * minute })
    expect(taskOf(room, step)?.done).toMatchObject({ by: 'kim' })
  })
})

describe('branches by finding (R93)', () => {
  const findings = (room: Room) =>
    listsOf(room).flatMap(({ run, applies }) =>
      run?.part.kind === 'branch' ? [[run.part.id, run.part.taken, applies]] : [],
    )

  it('are nothing to do until one is found; the other stays reachable and can be found as well', () => {
    const room = attached()
    expect(findings(room)).toEqual([])
    room.must('runbook.find', { runbook: 'restart', branch: 'full', taken: true }, { by: lee })
    expect(findings(room)).toEqual([['full', true, 'true']])
    room.must('runbook.find', { runbook: 'restart', branch: 'other', taken: true })
    expect(findings(room)).toEqual([
      ['full', true, 'true'],
      ['other', true, 'true'],
    ])
  })

  it('counts no step of a branch that is not taken', () => {
    const room = attached()
    const total = () => listsOf(room).reduce((sum, list) => sum + list.total, 0)
    const before = total()
    room.must('runbook.find', { runbook: 'restart', branch: 'full', taken: true })
    expect(total()).toBe(before + 1)
    room.must('runbook.find', { runbook: 'restart', branch: 'full', taken: false })
    expect(total()).toBe(before)
    expect(taskOf(room, 'run/restart/if.full/free')).toBeDefined()
    given(room)
      .when('runbook.find', { runbook: 'restart', branch: 'nothing', taken: true })
      .refuses('invalid', 'branch')
  })
})

describe('a runbook that is named and not written (R96)', () => {
  it('is attached all the same, without any step of ours, and takes steps of people', () => {
    const room = given(aRoom(), ['runbook.attach', { runbook: 'empty' }]).room
    const [list] = listsOf(room)
    expect(list?.tasks).toEqual([])
    room.must('task.add', { checklist: list?.checklist.id, text: 'Ask the supplier' })
    expect(listsOf(room)[0]?.tasks.map((task) => task.text)).toEqual(['Ask the supplier'])
  })
})

describe('a command (R97, R98)', () => {
  const ran = { command: 'C1', text: "systemctl restart 'shop'", how: 'run', outcome: 'active (running)' }

  it('marked as run stands in the timeline with its exact text and what came of it, and is an action', () => {
    const room = given(attached())
      .when('command.note', ran)
      .gives(
        [
          'entry.added',
          {
            kind: 'action',
            text: "Ran C1, Purpose of C1:\nsystemctl restart 'shop'\nOutcome:\nactive (running)",
            command: { id: 'C1', how: 'run' },
          },
        ],
        ['clock.met'],
      )
    expect(room.state.times.first_action).toBeDefined()
  })

  it('that was only copied is noted as copied and stops no clock: nobody ran anything', () => {
    const room = given(attached())
      .when('command.note', { command: 'C1', text: 'systemctl restart shop', how: 'copied' })
      .gives(['entry.added', { kind: 'event' }])
    expect(room.state.times.first_action).toBeUndefined()
  })

  it('has to be one of the playbook, and not empty', () => {
    given(aRoom())
      .when('command.note', { ...ran, command: 'rm' })
      .refuses('invalid', 'command')
    given(aRoom())
      .when('command.note', { ...ran, text: '  ' })
      .refuses('invalid', 'text')
    given(aRoom())
      .when('command.note', { ...ran, task: 'no/such' })
      .refuses('not-found', 'task')
  })
})

describe('staged resolution and stopgaps at the end (R69, R94, R105)', () => {
  const later = 'run/restart/later/alert'
  /** Nothing else is owed at the end. */
  const stopgapped = () =>
    given(aRoom({}, { postIncident: [] }), ['runbook.attach', { runbook: 'restart' }]).room
  const close = { reason: 'It is quiet' }

  it('keeps short-term steps out of what is owed while it is open, and asks for them at the end', () => {
    const room = stopgapped()
    expect(taskOf(room, later)?.applies).toBe('false')
    given(room).when('incident.close', close).refuses('conflict', 'override')
    room.must('follow-up.add', { text: 'Alert on the pool', from: later })
    expect(leftBehind(room.state, room.playbook)).toEqual([])
    room.must('incident.close', close)
    expect(room.state.followUps).toMatchObject([{ text: 'Alert on the pool', from: later, by: 'kim' }])
  })

  it('takes a waived one as decided, and a second follow-up of the same step as the first', () => {
    const room = stopgapped()
    room.must('task.not-applicable', { task: later, reason: 'There is one already' })
    expect(leftBehind(room.state, room.playbook)).toEqual([])
    room.must('follow-up.add', { text: 'Once', from: later })
    given(room).when('follow-up.add', { text: 'Twice', from: later }).gives()
  })

  it('a stopgap that was put on asks to be taken off: a task of its own, and a question at the end', () => {
    const room = stopgapped()
    room.must('task.not-applicable', { task: later, reason: 'No' })
    expect(taskOf(room, `${step}.off`)).toBeUndefined()
    room.must('task.tick', { task: step })
    expect(taskOf(room, `${step}.off`)).toMatchObject({ text: 'Start it again', removes: step, done: null })
    given(room).when('incident.close', close).refuses('conflict', 'override')
    room.must('task.tick', { task: `${step}.off` })
    room.must('incident.close', close)
  })

  it('left on all the same, the record says what was left', () => {
    const room = stopgapped()
    room.must('task.tick', { task: step })
    const laterText = taskOf(room, later)?.text ?? ''
    room.must('incident.close', { ...close, override: 'It stays on until Monday' }, { by: robot })
    expect(room.of('incident.closed')).toMatchObject([
      { override: { reason: 'It stays on until Monday', open: ['Start it again', laterText] } },
    ])
  })
})
