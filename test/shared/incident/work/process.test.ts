import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { flatTasks, taskLists } from '../../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import { minute } from '../../../helpers/playbook.ts'
import { aRoom, given, kim, lee, Room } from '../given-when-then.ts'

function under(name: string): Room {
  const file = `shared/playbooks/${name}.yaml`
  const loaded = loadPlaybook(readFileSync(file, 'utf8'), file)
  if (!loaded.ok) throw new Error(`${file} does not load.`)
  return new Room(loaded.playbook, { severity: loaded.playbook.severities[0]?.key ?? null }, kim)
}

describe('phases (R65)', () => {
  it('may be open beside each other, and no phase ends because another begins', () => {
    const room = under('agent-factory')
    room.must('phase.enter', { phase: 'investigate' }, { at: 5 * minute })
    room.must('phase.enter', { phase: 'mitigate' }, { at: 6 * minute, by: lee })
    expect(room.state.phases).toMatchObject({
      investigate: { entered: { by: 'kim' }, left: null },
      mitigate: { entered: { by: 'lee' }, left: null },
    })
    room.must('phase.leave', { phase: 'mitigate' }, { at: 7 * minute })
    expect(room.state.phases.investigate?.left).toBeNull()
    expect(room.state.phases.mitigate).toMatchObject({ entered: { by: 'lee' }, left: { by: 'kim' } })
  })

  it('never move on by themselves: no window, however long over, enters or leaves one (R24)', () => {
    const room = under('agent-lab')
    room.look(5 * 60 * minute)
    expect(room.state.phases).toEqual({})
  })

  it('begin again when somebody says so, twice is once, and only those of the playbook', () => {
    const room = aRoom()
    room.must('phase.leave', { phase: 'detect' })
    room.must('phase.enter', { phase: 'detect' }, { at: minute })
    expect(room.state.phases.detect?.left).toBeNull()
    given(room).when('phase.enter', { phase: 'detect' }, { at: minute }).gives()
    given(room).when('phase.enter', { phase: 'x' }).refuses('invalid', 'phase')
  })

  it.each(['agent-platform', 'agent-network'])(
    '%s: its stages have no window and no countdown (R66)',
    (name) => {
      const room = under(name)
      expect(room.playbook.phases).toHaveLength(name === 'agent-platform' ? 5 : 8)
      for (const phase of room.playbook.phases) expect(room.has(`phase/${phase.id}`)).toBe(false)
    },
  )
})

describe('procedures (R68)', () => {
  const input = { procedure: 'initiate', inputs: { classification: 'P1', source: 'Uptime check' } }

  it('have the steps of the document, and each has inputs and a result', () => {
    const room = under('agent-network')
    const steps = room.playbook.checklists.flatMap((list) =>
      list.procedure === undefined ? [] : [[list.id, list.items.length]],
    )
    expect(steps).toEqual([
      ['classify', 8],
      ['initiate', 9],
      ['escalate', 9],
      ['resolve', 10],
      ['postmortem', 12],
      ['dr-assess', 12],
    ])
  })

  it('keep what went in and what came out; steps Muster sees are done by it, the rest are asked of somebody', () => {
    const room = under('agent-network')
    room.must('procedure.start', { ...input, asked: { kind: 'person', id: 'lee' } }, { at: minute })
    room.must('role.take', { role: 'ic' }, { at: 2 * minute })
    const list = taskLists(room.state, room.playbook).find((one) => one.checklist.id === 'initiate')
    expect(list?.tasks.map((task) => [task.id, task.asked])).toContainEqual([
      'initiate/oncall',
      { kind: 'person', id: 'lee' },
    ])
    expect(list?.tasks.find((task) => task.id === 'initiate/commander')?.asked).toBeNull()
    const done = flatTasks(list === undefined ? [] : [list]).filter((task) => task.done?.from != null)
    expect(done.map((task) => task.id)).toEqual(['initiate/identifier', 'initiate/commander'])
    room.must('procedure.end', { procedure: 'initiate', result: 'Everybody has K7QF' }, { at: 9 * minute })
    expect(room.state.procedures.initiate).toMatchObject({
      by: 'kim',
      inputs: input.inputs,
      ended: { by: 'kim', result: 'Everybody has K7QF' },
    })
  })

  it('take no input they do not have, no result that is no choice, and run once at a time', () => {
    given(under('agent-network'))
      .when('procedure.start', { procedure: 'initiate', inputs: { colour: 'red' } })
      .refuses('invalid', 'inputs')
    given(under('agent-network'))
      .when('procedure.start', { procedure: 'response' })
      .refuses('invalid', 'procedure')
    const room = given(under('agent-network'), ['procedure.start', { procedure: 'escalate' }]).room
    given(room).when('procedure.start', { procedure: 'escalate' }).refuses('conflict')
    given(room).when('procedure.end', { procedure: 'escalate', result: 'maybe' }).refuses('invalid', 'result')
    given(room)
      .when('procedure.end', { procedure: 'resolve', result: 'Yes' })
      .refuses('conflict', 'procedure')
  })
})

describe('the lists of the playbooks (R56)', () => {
  it('plain lists of the document are no items: sources, runbooks, channels, references', () => {
    const room = under('agent-network')
    const texts = flatTasks(taskLists(room.state, room.playbook)).map((task) => task.text)
    for (const { title } of room.playbook.runbooks) expect(texts).not.toContain(title)
    for (const { label } of room.playbook.sources) expect(texts).not.toContain(label)
  })
})
