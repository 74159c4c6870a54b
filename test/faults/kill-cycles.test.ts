import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type * as Y from 'yjs'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { joinRoom, makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { createRandom, type Random } from '../sim/random.ts'

const cycles = Number(process.env.MUSTER_CYCLES ?? (process.env.MUSTER_LONG === undefined ? 5 : 50))
const seed = Number(process.env.MUSTER_SEED ?? 20260101)
/** What has to be acknowledged between one kill and the next. */
const least = 200

const points = ['before-commit', 'in-commit', 'after-commit', 'snapshot', 'checkpoint'] as const
type Moment = 'random' | (typeof points)[number]

/** Few cycles: each named point in turn. Many: every other one dies at a random moment instead. */
function momentOf(cycle: number): Moment {
  if (cycles <= points.length) return points[cycle] ?? 'random'
  return cycle % 2 === 0 ? (points[(cycle / 2) % points.length] ?? 'random') : 'random'
}

interface Ledger {
  incidentId: string
  /** Command id -> seq, as answered. */
  events: Map<string, number>
  /** Seq -> hash, as seen by anybody. */
  seen: Map<number, string>
  /** Tokens of committed edits, per author in order. */
  edits: string[][]
  /** Tokens that somebody else has seen. */
  seenEdits: Set<string>
}

const text = (doc: Y.Doc) => doc.getText('scribe')
const padding = 'x'.repeat(300)
const tokenPattern = /⟦(\d+:\d+)⟧/g
/** A place between two lines, so that no token is torn. */
function lineStart(content: string, random: Random): number {
  const at = content.indexOf('\n', random.int(content.length + 1))
  return at < 0 ? 0 : at + 1
}
const tokens = (content: string) => [...content.matchAll(tokenPattern)].map((m) => m[1] ?? '')

/**
 * Kills the server with SIGKILL again and again while people work on one incident, and compares what was
 * acknowledged, and what anybody saw, with what is there afterwards (D1 of the promises; F01).
 */
describe('kill -9 of the embedded server', () => {
  let dataDir = ''
  let server: RunningServer | null = null
  afterAll(async () => {
    await server?.stop()
    if (dataDir !== '') await rm(dataDir, { recursive: true, force: true })
  })

  it(`loses, repeats and reorders nothing in ${cycles} cycles (seed ${seed})`, async () => {
    const random = createRandom(seed)
    dataDir = await mkdtemp(join(tmpdir(), 'muster-kill-'))
    const ledgers: Ledger[] = []
    const deaths: Record<Moment, number> = {
      random: 0,
      'before-commit': 0,
      'in-commit': 0,
      'after-commit': 0,
      snapshot: 0,
      checkpoint: 0,
    }
    let people: { id: string; token: string }[] = []
    let counter = 0

    for (let cycle = 0; cycle < cycles; cycle++) {
      const moment = momentOf(cycle)
      // Far enough on that the least amount is acknowledged by then: each act waits for its own commit.
      const passing =
        moment === 'checkpoint'
          ? 1
          : moment === 'snapshot'
            ? 4 + random.int(3)
            : 2 * least + 160 + random.int(80)
      const env: Record<string, string> = { MUSTER_TEST_CLOCK: '1', LOG_LEVEL: 'warn' }
      if (moment !== 'random') env.MUSTER_KILL_AT = `${moment}:${passing}`
      const running = await startServer({ dataDir, env })
      server = running
      const { url, rootToken } = running
      if (people.length === 0)
        people = [await makePerson(url, rootToken, 'Maya'), await makePerson(url, rootToken, 'Tomás')]
      // A room of its own for each cycle keeps the document small; all rooms are verified again at the end.
      const { id } = await rest<{ id: string }>(url, rootToken, 'POST', '/api/incidents', {
        title: `Killed, ${moment}`,
        playbook: 'freeagentics',
        severity: 'SEV-1',
      })
      const ledger: Ledger = {
        incidentId: id,
        events: new Map(),
        seen: new Map(),
        edits: [[], []],
        seenEdits: new Set(),
      }
      ledgers.push(ledger)
      const label = `cycle ${cycle} (${moment})`
      const end = await work(running, moment, label, ledger)
      deaths[moment]++
      console.log(`${label}: ${end.events} events and ${end.edits} edits acknowledged before the kill`)
      expect(end.events, `${label}: too few acknowledged events`).toBeGreaterThanOrEqual(least)
      expect(end.edits, `${label}: too few acknowledged edits`).toBeGreaterThanOrEqual(least)
      await running.kill()
      await verify(label, cycle === cycles - 1 ? ledgers : [ledger])
    }
    console.log(
      `kill -9: ${cycles} cycles, ${JSON.stringify(deaths)}; ${sum(ledgers, (l) => l.events.size)} events and ${sum(ledgers, (l) => l.edits.flat().length)} edits acknowledged, 0 lost, 0 repeated, 0 out of order`,
    )

    /** Two people and an onlooker until the server dies. Gives how much was acknowledged. */
    async function work(
      running: RunningServer,
      moment: Moment,
      label: string,
      ledger: Ledger,
    ): Promise<{ events: number; edits: number }> {
      const { url, rootToken } = running
      const { incidentId } = ledger
      const rooms = await Promise.all(people.map((p) => joinRoom(url, p.token, incidentId)))
      const watcher = await joinRoom(url, rootToken, incidentId)
      const documents = people.map((p) => openDocument(url, p.token, incidentId))
      const onlooker = openDocument(url, rootToken, incidentId)
      await Promise.all([...documents, onlooker].map((d) => d.synced))
      const done = { events: 0, edits: 0 }
      let dead = false
      const died = Promise.all([
        ...documents.map((d) => d.closed),
        new Promise((r) => watcher.socket.once('disconnect', r)),
      ]).then(() => {
        dead = true
      })
      const untilDead = <T>(work: Promise<T>): Promise<T | null> =>
        Promise.race([work, died.then(() => null)])

      /** Says something and writes something in turn, each after the other was acknowledged. */
      const respond = async (who: number) => {
        const room = rooms[who]
        const document = documents[who]
        if (room === undefined || document === undefined) return
        while (!dead) {
          const id = crypto.randomUUID()
          const answer = await untilDead(room.send('chat.send', { text: `${label} ${padding}` }, id))
          if (answer === null) return
          if (!answer.ok) {
            if (answer.error.code !== 'too-fast') throw new Error(`${label}: ${answer.error.message}`)
            await untilDead(new Promise((again) => setTimeout(again, 100)))
            continue
          }
          ledger.events.set(id, answer.seq)
          done.events++
          const token = `${who}:${counter++}`
          const write = (doc: Y.Doc) =>
            text(doc).insert(lineStart(text(doc).toString(), random), `⟦${token}⟧${padding}\n`)
          if ((await untilDead(document.edit(write).then(() => true))) === null) return
          ledger.edits[who]?.push(token)
          done.edits++
        }
      }
      const workers = Promise.all([respond(0), respond(1)])
      if (moment === 'random') {
        while (!dead && (done.events < least || done.edits < least)) await new Promise((r) => setImmediate(r))
        const more = random.int(120)
        const from = done.events
        while (!dead && done.events < from + more) await new Promise((r) => setImmediate(r))
        await running.kill()
      }
      await Promise.all([died, workers])
      for (const room of [...rooms, watcher]) {
        for (const e of room.seen) see(e, ledger)
        room.close()
      }
      for (const token of tokens(text(onlooker.doc).toString())) ledger.seenEdits.add(token)
      for (const d of [...documents, onlooker]) d.close()
      return done
    }

    function see(e: IncidentEvent, ledger: Ledger): void {
      const known = ledger.seen.get(e.seq)
      if (known !== undefined && known !== e.hash) throw new Error(`two events of seq ${e.seq} were seen`)
      ledger.seen.set(e.seq, e.hash)
    }

    /** Starts again and holds each ledger against what is there. */
    async function verify(label: string, which: readonly Ledger[]): Promise<void> {
      const running = await startServer({ dataDir, env: { LOG_LEVEL: 'warn' } })
      server = running
      try {
        for (const ledger of which) {
          await verifyLog(running, label, ledger)
          await verifyDocument(running, label, ledger)
        }
      } finally {
        await running.kill()
      }
    }
  }, 1_800_000)
})

async function verifyLog(running: RunningServer, label: string, ledger: Ledger): Promise<void> {
  const stored: IncidentEvent[] = []
  for (;;) {
    const path = `/api/incidents/${ledger.incidentId}/events?after=${stored.length}`
    const page = await rest<{ events: IncidentEvent[] }>(running.url, running.rootToken, 'GET', path)
    if (page.events.length === 0) break
    stored.push(...page.events)
  }
  expect(
    stored.map((e) => e.seq),
    `${label}: holes`,
  ).toEqual(stored.map((_, i) => i + 1))
  const byCommand = new Map<string, IncidentEvent[]>()
  for (const e of stored) {
    if (e.type !== 'chat.sent') continue
    byCommand.set(e.commandId, [...(byCommand.get(e.commandId) ?? []), e])
  }
  for (const [id, seq] of ledger.events) {
    const found = byCommand.get(id)
    if (found?.length !== 1 || found[0]?.seq !== seq)
      throw new Error(
        `${label}: event ${seq} (${id}) stands ${found?.length ?? 0} times, at ${found?.[0]?.seq}`,
      )
  }
  for (const [seq, hash] of ledger.seen)
    if (stored[seq - 1]?.hash !== hash)
      throw new Error(`${label}: somebody saw event ${seq}, which is not there`)
}

async function verifyDocument(running: RunningServer, label: string, ledger: Ledger): Promise<void> {
  const reader = openDocument(running.url, running.rootToken, ledger.incidentId)
  await reader.synced
  const there = tokens(text(reader.doc).toString())
  const once = new Set(there)
  expect(once.size, `${label}: an edit stands twice`).toBe(there.length)
  for (const token of ledger.edits.flat())
    if (!once.has(token)) throw new Error(`${label}: acknowledged edit ${token} is gone`)
  for (const token of ledger.seenEdits)
    if (!once.has(token)) throw new Error(`${label}: somebody saw edit ${token}, which is not there`)
  reader.close()
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
