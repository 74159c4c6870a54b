import { joinRoom, makePerson, type RoomClient, rest } from '../helpers/room-client.ts'
import type { RunningServer } from '../helpers/server.ts'

/** Somebody in the room over the socket: gives commands like anybody. @returns the event's number in the log */
export type Act = (type: string, data?: unknown) => Promise<number>

/** An incident some people have worked on for a while. */
export interface LivedIn {
  readonly id: string
  /** Each of them, still in the room. */
  readonly acts: Readonly<Record<'priya' | 'tomas' | 'maya', Act>>
  readonly people: Readonly<Record<'priya' | 'tomas' | 'maya', string>>
  /** Somebody more enters the room. @returns lets them go again */
  comes(name: string): Promise<() => void>
  leave(): void
}

const findings = [
  'Release 4.18.0 went out at 13:52, nine minutes before the first lock timeout.',
  'Redis is at 95 % of its memory; lock keys have no expiry. Nobody has flushed anything, and nobody should.',
  'coordinator-2 answers, the other five do not.',
]

/** Declares an incident under the playbook with the most parts and has three people work on it. */
export async function liveIn(server: RunningServer, title: string): Promise<LivedIn> {
  const asRoot = <T>(method: string, path: string, body?: unknown) =>
    rest<T>(server.url, server.rootToken, method, path, body)
  const { id } = await asRoot<{ id: string }>('POST', '/api/incidents', {
    title,
    playbook: 'freeagentics',
    severity: 'SEV-1',
  })
  const rooms: RoomClient[] = []
  const enter = async (name: string): Promise<{ act: Act; person: string }> => {
    const { id: person, token } = await makePerson(server.url, server.rootToken, name)
    const room = await joinRoom(server.url, token, id)
    rooms.push(room)
    const act: Act = async (type, data = {}) => {
      const answer = await room.send(type, data)
      if (!answer.ok) throw new Error(`${type}: ${answer.error.message}`)
      return answer.seq
    }
    return { act, person }
  }
  const priya = await enter('Priya Nair')
  const tomas = await enter('Tomás Rivera')
  const maya = await enter('Maya Okafor')
  await priya.act('incident.acknowledge')
  await priya.act('role.take', { role: 'ic' })
  await tomas.act('role.take', { role: 'tl' })
  await maya.act('chat.send', { text: 'I am here. What do we tell the customers?' })
  for (const task of ['immediate/severity-impact', 'immediate/monitoring'])
    await tomas.act('task.tick', { task })
  await priya.act('task.assign', {
    task: 'immediate/recent-changes',
    to: { kind: 'person', id: tomas.person },
  })
  for (const text of findings) await tomas.act('entry.add', { kind: 'finding', text })
  await priya.act('entry.add', {
    kind: 'decision',
    text: 'Roll back to 4.17.3. Do not flush Redis.',
    reason: 'A flush drops 1,140 waiting runs.',
  })
  await maya.act('entry.add', {
    kind: 'communication',
    audience: 'internal',
    text: 'New multi-agent runs are failing. Rollback is under way, 3 of 6 coordinators done.',
  })
  for (let i = 1; i <= 12; i++)
    await (i % 3 === 0 ? maya : tomas).act('chat.send', {
      text: `coordinator-${i % 6} ${i % 2 === 0 ? 'is on 4.17.3 and formed a coalition within a second of its start' : 'restarts'}`,
    })
  return {
    id,
    acts: { priya: priya.act, tomas: tomas.act, maya: maya.act },
    people: { priya: priya.person, tomas: tomas.person, maya: maya.person },
    async comes(name) {
      const { token } = await makePerson(server.url, server.rootToken, name)
      const room = await joinRoom(server.url, token, id)
      rooms.push(room)
      return () => room.close()
    },
    leave() {
      for (const room of rooms) room.close()
    },
  }
}
