import { flatTasks } from '../../../../shared/incident/tasks.ts'
import type { Place } from '../../../state/acts.ts'
import { utcTime } from '../../../state/times.ts'
import type { RoomContext } from './room-context.ts'

/** What of a room can be gone to: its tasks, people, roles, and the entries this browser has loaded, newest first. */
export function roomPlaces(context: RoomContext): Place[] {
  const { room } = context
  const tasks = flatTasks(room.lists).map((task) => ({
    id: `task:${task.id}`,
    group: 'Tasks',
    label: task.text,
    detail: task.state.done === undefined ? 'open' : 'done',
    go: () => {
      room.pane = 'tasks'
      room.sought = { task: task.id }
    },
  }))
  const people = room.people
    .filter((person) => person.id !== room.me)
    .map((person) => ({
      id: `person:${person.id}`,
      group: 'People',
      label: person.name,
      detail: room.store.present.some((here) => here.id === person.id)
        ? 'Write to them, here now'
        : 'Write to them',
      go: () => context.write('chat', `@${person.name} `),
    }))
  const roles = room.playbook.roles.map((role) => {
    const holder = room.state.roles[role.id]?.holder?.person
    return {
      id: `role:${role.id}`,
      group: 'Roles',
      label: role.name,
      detail: holder === undefined ? 'Nobody' : room.nameOf(holder),
      go: () => context.open('roles'),
    }
  })
  const entries = room.rows
    .flatMap((row) => (row.kind === 'system' || (row.kind === 'chat' && row.deleted) ? [] : [row]))
    .reverse()
    .map((row) => ({
      id: `row:${row.seq}`,
      group: 'Timeline',
      label: row.text.slice(0, 300),
      detail: `${room.shortName(row.actor.id)}, ${utcTime(row.at)}`,
      go: () => {
        room.pane = 'timeline'
        room.sought = { entry: row.seq }
      },
    }))
  return [...tasks, ...people, ...roles, ...entries]
}
