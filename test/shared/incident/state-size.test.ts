import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { event, type IncidentEvent } from '../../../shared/incident/events.ts'
import { evolve } from '../../../shared/incident/evolve.ts'
import { bytesWhenFull, stateBytes } from '../../../shared/incident/size.ts'
import { maxJoined, stateLimitBytes, stateSoftLimitBytes } from '../../../shared/incident/state.ts'
import { flatTasks, taskLists } from '../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import { checklist, fullPlaybook, minute } from '../../helpers/playbook.ts'
import { aRoom, given, kim, Room, robot, t0 } from './given-when-then.ts'

const widest = '\u0001'.repeat(280)

/** Fills the room with as many tasks, wordings, reasons and assignments as it takes. */
function fill(room: Room): void {
  const tasks = () => flatTasks(taskLists(room.state, room.playbook)).map((t) => t.id)
  const first = room.playbook.checklists[0]?.id ?? ''
  for (let i = 0; i < 20; i++) room.do('component.add', { name: `${i}${'\u0001'.repeat(70)}` })
  for (const task of tasks()) room.do('task.reword', { task, text: widest })
  while (room.do('task.add', { checklist: first, text: widest }).ok);
  while (room.do('task.add', { checklist: first, text: 'x' }).ok);
  for (const task of tasks()) {
    room.do('task.assign', { task, to: { kind: 'person', id: 'lee' } })
    room.do('task.not-applicable', { task, reason: widest })
  }
  room.do('title.set', { title: '\u0001'.repeat(200) })
}

/** Everything that must still be possible then. */
function exhaust(room: Room): void {
  const { playbook } = room
  for (const task of flatTasks(taskLists(room.state, playbook)))
    if (task.children.length === 0) room.must('task.tick', { task: task.id })
  for (const { id } of playbook.flags) room.must('flag.set', { flag: id, value: 'no' })
  for (const { id } of playbook.roles) room.must('role.take', { role: id })
  for (const { id } of playbook.roles) room.must('role.offer', { role: id, to: 'lee', note: 'x' })
  for (let i = 0; i < maxJoined; i++)
    room.must('presence.note', { person: `person-with-22-chars-${i}`, change: 'joined' })
  for (const audience of new Set(['internal', ...playbook.cadences.map((c) => c.audience)]))
    room.must('entry.add', { kind: 'communication', text: widest, audience })
  for (let i = 0; i < 70; i++) {
    room.must('chat.send', { text: 'x' })
    room.must('entry.pin', { ref: room.last('chat.sent'), kind: 'event' })
    room.must('chat.delete', { ref: room.last('chat.sent') })
  }
  for (let i = 1; i <= 10; i++)
    room.must('time.set', { time: 'alert_fired', at: t0 - i * minute, reason: 'x' }, { at: i * 600 * minute })
  room.must('status.set', { to: 'resolved', reason: widest, cause: widest, override: widest }, { by: robot })
  room.must('clock.look', {}, { at: 1_000_000 * minute })
}

describe('the state stays small', { timeout: 30_000 }, () => {
  it('with 50,000 chat messages, edits, pins and updates', () => {
    const room = aRoom()
    const actor = { kind: 'person', id: 'kim' } as const
    let state = room.state
    const next = (made: ReturnType<typeof event>): IncidentEvent =>
      ({
        ...made,
        seq: state.seq + 1,
        at: t0,
        occurredAt: t0,
        actor,
        commandId: 'c',
        hash: '',
      }) as IncidentEvent
    const text = 'x'.repeat(8_000)
    for (let i = 0; i < 50_000; i++) {
      state = evolve(state, next(event('chat.sent', { text, mentions: [], snippet: false })))
      const ref = state.seq
      if (i % 10 === 0) state = evolve(state, next(event('chat.edited', { ref, text, mentions: [] })))
      if (i % 20 === 0)
        state = evolve(
          state,
          next(event('entry.pinned', { ref, kind: 'event', text, author: 'kim', sentAt: t0 })),
        )
      if (i % 50 === 0)
        state = evolve(
          state,
          next(event('entry.added', { kind: 'communication', text, audience: 'internal' })),
        )
      if (i % 100 === 0) state = evolve(state, next(event('chat.deleted', { ref })))
    }
    expect(state.counts).toEqual({ chat: 50_000, entries: 3_500 })
    expect(stateBytes(state)).toBeLessThan(8 * 1024)
  })

  it.each(['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network'])(
    'filled to the brim under %s, with everything possible left that must be',
    (name) => {
      const loaded = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
      if (!loaded.ok) throw new Error(loaded.problems[0]?.message)
      const room = new Room(loaded.playbook)
      fill(room)
      const full = stateBytes(room.state)
      expect(full).toBeGreaterThan(19 * 1024)
      expect(full).toBeLessThanOrEqual(stateSoftLimitBytes)
      expect(bytesWhenFull(room.state, room.playbook)).toBeLessThanOrEqual(stateLimitBytes)
      exhaust(room)
      expect(stateBytes(room.state)).toBeLessThanOrEqual(stateLimitBytes)
    },
  )

  it('under a playbook too large for it: nothing grows, what shrinks is taken', () => {
    const many = checklist('many', ...Array.from({ length: 700 }, (_, i) => `task-${i}`))
    const room = new Room(fullPlaybook({ checklists: [many] }))
    given(room).when('title.set', { title: 'Something longer than before' }).refuses('too-large')
    given(room).when('title.set', { title: 'Short' }).gives(['title.changed'])
    given(room).when('task.tick', { task: 'many/task-1' }).gives(['task.ticked'], ['clock.met'])
  })

  it('under a playbook with very many tasks', () => {
    const many = checklist('many', ...Array.from({ length: 150 }, (_, i) => `task-${i}`))
    const playbook: Playbook = fullPlaybook({ checklists: [many] })
    const room = new Room(playbook, {}, kim)
    fill(room)
    exhaust(room)
    expect(stateBytes(room.state)).toBeLessThanOrEqual(stateLimitBytes)
  })
})
