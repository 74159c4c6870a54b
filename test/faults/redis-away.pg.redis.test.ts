import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Y from 'yjs'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { openTestPostgres, type TestPostgres } from '../helpers/databases.ts'
import { until as untilWithin } from '../helpers/documents.ts'
import { joinRoom, makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { freePort, type RunningServer, startServer } from '../helpers/server.ts'

/**
 * How long one person alone works while Redis is away, in ms: longer than the other node may lag. A node that
 * writes reads what it missed anyway, so only a silent one shows that nodes reread.
 */
const aloneMs = 2_500
const togetherMs = 500
/** What a person does alone with Redis, before it goes. */
const least = 50
/** With Redis things cross faster than the reread of every second would carry them, in ms. */
const promptMs = 200
/** Between two acts of one person, so that the document stays small. */
const breathMs = 15
const patienceMs = 20_000

/** Redis of this test's own, empty at each start, that can be killed. */
class OwnRedis {
  #process: ChildProcess | undefined
  constructor(private readonly port: number) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', options, { stdio: 'ignore' })
    this.#process = child
    await once(child, 'spawn')
    const probe = createClient({ url: this.url, socket: { reconnectStrategy: () => 20 } })
    probe.on('error', () => undefined)
    await probe.connect()
    await probe.close()
  }

  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

/** One thing a person did: how long the acknowledgement took, and when it came (ms). */
interface Act {
  ackMs: number
  ackedAt: number
}

/** How long after its acknowledgement the other node showed it; negative when before. */
interface Crossing extends Act {
  lateMs: number
}
const lateOf = ({ lateMs }: Crossing) => lateMs

const text = (doc: Y.Doc) => doc.getText('scribe')
const tokens = (doc: Y.Doc) =>
  [
    ...text(doc)
      .toString()
      .matchAll(/⟦([^⟧]+)⟧/g),
  ].map((found) => found[1] ?? '')
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity

/** A person on a node of their own, with everything they did and everything they saw. */
async function respond(node: RunningServer, name: string, token: string, incidentId: string) {
  const room = await joinRoom(node.url, token, incidentId)
  const document = openDocument(node.url, token, incidentId)
  await document.synced
  return {
    name,
    room,
    document,
    chats: new Map<string, Act & { seq: number }>(),
    edits: new Map<string, Act>(),
    async actOnce(): Promise<void> {
      const id = crypto.randomUUID()
      let from = performance.now()
      const answer = await room.send('chat.send', { text: `${name} speaks` }, id)
      if (!answer.ok) throw new Error(answer.error.message)
      const ackedAt = performance.now()
      this.chats.set(id, { seq: answer.seq, ackMs: ackedAt - from, ackedAt })
      const mark = `${name}:${this.edits.size}`
      from = performance.now()
      await document.edit((doc) => text(doc).insert(text(doc).length, `⟦${mark}⟧`))
      const savedAt = performance.now()
      this.edits.set(mark, { ackMs: savedAt - from, ackedAt: savedAt })
    },
  }
}
type Responder = Awaited<ReturnType<typeof respond>>

/** Notes when each thing arrives at `other`. */
function observe(other: Responder): { chats: Map<string, number>; edits: Map<string, number> } {
  const at = { chats: new Map<string, number>(), edits: new Map<string, number>() }
  other.room.socket.on('incident:events', ({ events }: { events: IncidentEvent[] }) => {
    for (const { commandId } of events) at.chats.set(commandId, performance.now())
  })
  other.document.onRemote(() => {
    for (const mark of tokens(other.document.doc))
      if (!at.edits.has(mark)) at.edits.set(mark, performance.now())
  })
  return at
}

const until = (what: string, condition: () => boolean) => untilWithin(what, condition, patienceMs)

describe('two nodes while Redis is away', () => {
  let database: TestPostgres
  let redis: OwnRedis
  const nodes: RunningServer[] = []
  beforeAll(async () => {
    redis = new OwnRedis(await freePort())
    await redis.start()
    database = await openTestPostgres()
    const start = () =>
      startServer({ databaseUrl: database.url, redisUrl: redis.url, env: { LOG_LEVEL: 'warn' } })
    nodes.push(await start(), await start())
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await redis.kill()
    await database.close()
  })

  it('lose, repeat and reorder nothing, wait for nothing, and tell each other within 2 s', async () => {
    const [a, b] = nodes
    if (a === undefined || b === undefined) throw new Error('two nodes are needed')
    const [maya, tomas] = [
      await makePerson(a.url, a.rootToken, 'Maya'),
      await makePerson(a.url, a.rootToken, 'Tomás'),
    ]
    const { id } = await rest<{ id: string }>(a.url, a.rootToken, 'POST', '/api/incidents', {
      title: 'Redis is away',
      playbook: 'freeagentics',
      severity: 'SEV-1',
    })
    const people = [await respond(a, 'Maya', maya.token, id), await respond(b, 'Tomás', tomas.token, id)]
    const [first, second] = people
    if (first === undefined || second === undefined) throw new Error('two people are needed')
    const arrivals = new Map([
      [first, observe(second)],
      [second, observe(first)],
    ])

    let working: readonly Responder[] = []
    let over = false
    let trouble: unknown
    const work = Promise.all(
      people.map(async (person) => {
        while (!over) {
          if (working.includes(person)) await person.actOnce()
          await delay(breathMs)
        }
      }),
    ).catch((error: unknown) => {
      trouble = error
    })
    const crossing = (person: Responder): Crossing[] => {
      const there = arrivals.get(person)
      const late = (mine: Map<string, Act>, seen: Map<string, number> | undefined) =>
        [...mine].map(([key, act]) => ({ ...act, lateMs: (seen?.get(key) ?? Infinity) - act.ackedAt }))
      return [...late(person.chats, there?.chats), ...late(person.edits, there?.edits)]
    }
    const since = (from: number, person: Responder) =>
      crossing(person).filter(({ ackedAt }) => ackedAt >= from)

    const prompt: Crossing[] = []
    for (const person of people) {
      const from = performance.now()
      working = [person]
      await until('this much is done with Redis', () => trouble !== undefined || person.edits.size >= least)
      prompt.push(...since(from, person).slice(0, -2))
    }

    const goneAt = performance.now()
    await redis.kill()
    for (const person of people) {
      working = [person]
      await delay(aloneMs)
    }
    working = people
    await delay(togetherMs)
    const backAt = performance.now()
    await redis.start()
    const backFrom = performance.now()
    for (const person of people) {
      working = [person]
      await until('hints cross again', () => {
        const newest = since(backFrom, person)
          .toSorted((x, y) => x.ackedAt - y.ackedAt)
          .slice(-least, -2)
        return trouble !== undefined || (newest.length >= least - 2 && median(newest.map(lateOf)) < promptMs)
      })
    }
    over = true
    await work
    if (trouble !== undefined) throw trouble

    const chatIds = people.flatMap(({ chats }) => [...chats.keys()])
    const marks = people.flatMap(({ edits }) => [...edits.keys()])
    await until('everything is on both nodes', () =>
      people.every(({ room, document }) => {
        const heard = new Set(room.seen.map(({ commandId }) => commandId))
        const read = new Set(tokens(document.doc))
        return chatIds.every((chat) => heard.has(chat)) && marks.every((mark) => read.has(mark))
      }),
    )
    const all = people.flatMap(crossing)
    const away = all.filter(({ ackedAt }) => ackedAt >= goneAt && ackedAt < backAt)
    const worst = (values: readonly number[]) => Math.round(Math.max(...values))
    console.log(
      `Redis away ${Math.round(backAt - goneAt)} ms: ${chatIds.length} events and ${marks.length} edits, ${away.length} of them meanwhile; ` +
        `acknowledged within ${worst(all.map(({ ackMs }) => ackMs))} ms; on the other node after ` +
        `${Math.round(median(prompt.map(lateOf)))} ms (median) with Redis, at most ` +
        `${worst(away.map(lateOf))} ms without`,
    )

    // With Redis the way between nodes is the hint, or its absence would show nothing.
    expect(median(prompt.map(lateOf))).toBeLessThan(promptMs)
    expect(away.length).toBeGreaterThan(least)
    expect(worst(away.map(lateOf))).toBeLessThan(2_000)
    expect(worst(all.map(({ ackMs }) => ackMs))).toBeLessThan(1_000)

    await verifyLog(a, id, people)
    await verifyDocument([a, b], id, people)
    for (const { room, document } of people) {
      room.close()
      document.close()
    }
  })
})

/** What is stored is what each node showed: in order, each once, each acknowledged event at its place. */
async function verifyLog(node: RunningServer, id: string, people: readonly Responder[]): Promise<void> {
  const stored: IncidentEvent[] = []
  for (;;) {
    const path = `/api/incidents/${id}/events?after=${stored.length}`
    const { events } = await rest<{ events: IncidentEvent[] }>(node.url, node.rootToken, 'GET', path)
    if (events.length === 0) break
    stored.push(...events)
  }
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1))
  for (const { room, chats, name } of people) {
    const from = room.fresh.seq
    const shown = room.seen.map(({ seq, hash }) => `${seq} ${hash}`)
    const kept = stored.slice(from, from + shown.length).map(({ seq, hash }) => `${seq} ${hash}`)
    expect(shown, `what ${name} saw`).toEqual(kept)
    for (const [commandId, { seq }] of chats) {
      const standing = stored.filter((event) => event.commandId === commandId)
      expect(
        standing.map((event) => event.seq),
        `an event of ${name}`,
      ).toEqual([seq])
    }
  }
}

/** Both nodes, both people and a fresh reader have the same text: every edit once, each author's in order. */
async function verifyDocument(
  nodes: readonly RunningServer[],
  id: string,
  people: readonly Responder[],
): Promise<void> {
  const readers = nodes.map((node) => openDocument(node.url, node.rootToken, id))
  await Promise.all(readers.map(({ synced }) => synced))
  const texts = [...readers, ...people.map(({ document }) => document)].map(({ doc }) => text(doc).toString())
  expect(new Set(texts).size).toBe(1)
  for (const { doc } of readers)
    for (const { name, edits } of people)
      expect(tokens(doc).filter((mark) => mark.startsWith(`${name}:`))).toEqual([...edits.keys()])
  for (const reader of readers) reader.close()
}
