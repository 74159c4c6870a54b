import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as Y from 'yjs'
import { root } from '../../scripts/lib/freshness.mjs'
import type { Database } from '../../server/platform/database.ts'
import { openEmbedded } from '../../server/platform/embedded/open.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { openPostgres } from '../../server/platform/postgres.ts'
import { createEmptyPostgres } from '../helpers/databases.ts'
import { createHandlerBench } from '../helpers/incidents.ts'
import { makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { type History, writeHistory } from './history.ts'

export type Where = 'embedded' | 'PostgreSQL'

/** A server with data in it, and what the measurements need to know of the data. */
export interface World {
  where: Where
  server: RunningServer
  /** Its PostgreSQL database, for counting its backends in. */
  databaseUrl: string | undefined
  /** Sessions of twenty people. */
  tokens: string[]
  /** Incidents: empty, with 50,000 messages, with 50, with 5,000 events and a long document. */
  typing: string
  big: string
  small: string
  opening: string
  /** Incidents whose documents are as large as the long one. */
  large: string[]
  history: History
  close(): Promise<void>
}

export const sizes = { people: 20, manyMessages: 50_000, fewMessages: 50, events: 5_000, edits: 100_000 }
/** What 100,000 edits make of a document in KiB; the large ones are filled up to it. */
export const largeKiB = 551
const largeDocuments = 3
/** The newest edits of the long document are committed in small batches, as people write. */
const slowEdits = 6_000
const editsABatch = 12

/** Takes a copy of what is built, so that nothing changes it meanwhile, and fills a database of its own. */
export async function createWorld(where: Where): Promise<World> {
  const postgres = where === 'PostgreSQL' ? await createEmptyPostgres() : undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const copy = join('.cache', `bench-${process.pid}-${where}`)
  const release = async (server?: RunningServer) => {
    await server?.stop()
    await postgres?.drop()
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(join(root, copy), { recursive: true, force: true })
  }
  for (const part of ['package.json', 'dist', 'migrations', 'shared/playbooks'])
    cpSync(join(root, part), join(root, copy, part), { recursive: true })
  const options = {
    dataDir,
    build: false,
    entry: join(copy, 'dist/server/main.js'),
    ...(postgres && { databaseUrl: postgres.url }),
  }
  let server: RunningServer | undefined
  try {
    server = await startServer(options)
    const filled = await fillThroughTheDoor(server)
    await server.kill('SIGTERM')
    await fillLogs(where, dataDir, postgres?.url, filled)
    await server.restart()
    const running = server
    return { where, server, databaseUrl: postgres?.url, ...filled, close: () => release(running) }
  } catch (error) {
    await release(server)
    throw error
  }
}

type Filled = Pick<World, 'tokens' | 'typing' | 'big' | 'small' | 'opening' | 'large' | 'history'>

/** People, incidents and documents, as clients make them. */
async function fillThroughTheDoor({ url, rootToken }: RunningServer): Promise<Filled> {
  const tokens: string[] = []
  for (let i = 1; i <= sizes.people; i++) tokens.push((await makePerson(url, rootToken, `Person ${i}`)).token)
  const [writer = ''] = tokens
  const declare = async (title: string) => {
    const made = await rest<{ id: string }>(url, writer, 'POST', '/api/incidents', { title })
    return made.id
  }
  const opening = await declare('Long incident')
  const peer = openDocument(url, writer, opening)
  await peer.synced
  const history = writeHistory(Y.encodeStateAsUpdate(peer.doc), sizes.edits)
  const quick = history.updates.length - slowEdits
  const apply = (from: number, to: number) =>
    peer.edit(() => {
      for (const update of history.updates.slice(from, to)) Y.applyUpdate(peer.doc, update)
    })
  for (const update of history.updates.slice(0, quick - 1)) Y.applyUpdate(peer.doc, update)
  await apply(quick - 1, quick)
  for (let from = quick; from < history.updates.length; from += editsABatch)
    await apply(from, from + editsABatch)
  peer.close()

  const large: string[] = []
  for (let i = 0; i < largeDocuments; i++) {
    const id = await declare('Large document')
    const other = openDocument(url, writer, id)
    await other.synced
    Y.applyUpdate(other.doc, history.state)
    const filler = Math.max(1, largeKiB * 1024 - history.state.byteLength)
    await other.edit((doc) => doc.getText('filler').insert(0, 'x'.repeat(filler)))
    other.close()
    large.push(id)
  }
  return {
    tokens,
    typing: await declare('Typing'),
    big: await declare('Many messages'),
    small: await declare('Few messages'),
    opening,
    large,
    history,
  }
}

/** The long logs, through the product's own command handler, while no server runs. */
async function fillLogs(
  where: Where,
  dataDir: string,
  databaseUrl: string | undefined,
  filled: Filled,
): Promise<void> {
  const logger = createLogger('silent')
  const database: Database =
    where === 'embedded'
      ? await openEmbedded({ dir: dataDir, logger })
      : await openPostgres({ url: databaseUrl ?? '', logger })
  try {
    const bench = await createHandlerBench(database)
    const say = async (incidentId: string, count: number, entries: number) => {
      for (let done = 0; done < count; done += 1_000) {
        const answers = Array.from({ length: Math.min(1_000, count - done) }, (_, i) =>
          (done + i) % 10 < entries
            ? bench.act(incidentId, 'kim', 'entry.add', { kind: 'finding', text: sentence(done + i) })
            : bench.act(incidentId, 'maya', 'chat.send', { text: sentence(done + i) }),
        )
        for (const answer of await Promise.all(answers))
          if (!answer.ok) throw new Error(`a message was refused: ${answer.error.message}`)
      }
    }
    await say(filled.big, sizes.manyMessages, 0)
    await say(filled.small, sizes.fewMessages, 0)
    await say(filled.opening, sizes.events, 3)
  } finally {
    await database.close()
  }
}

const sentence = (i: number) =>
  `Message ${i}: the error rate of the second region went up again after the change.`
