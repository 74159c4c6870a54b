import { documentName } from '../../server/documents/hub.ts'
import { openDocument } from '../helpers/room-client.ts'
import { sizes, type World } from './world.ts'

/** Long enough for a snapshot to be worth it when its room is freed. */
const worthASnapshot = 20 * 1024
const betweenMs = 1_200

export interface WorkDone {
  /** ms each */
  exports: number[]
  snapshots: number
  markdown: number[]
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * What goes on beside the typing: large documents are left, so that five seconds later each is written as a
 * snapshot, and the log of 50,000 events is exported, over and over, until told to stop.
 */
export function workBeside(
  world: World,
  done: WorkDone,
): (begin: Promise<void>, end: Promise<void>) => Promise<void> {
  return async (begin, end) => {
    let over = false
    void end.then(() => {
      over = true
    })
    const leaving = leaveLargeDocuments(world, done)
    await begin
    while (!over) {
      done.exports.push(await timed(() => exportPages(world)))
      const markdown = await timed(() => exportMarkdown(world))
      if (markdown > 0) done.markdown.push(markdown)
    }
    await leaving
  }
}

async function leaveLargeDocuments(world: World, done: WorkDone): Promise<void> {
  const [token = ''] = world.tokens
  for (const incidentId of world.large) {
    const peer = openDocument(world.server.url, token, documentName(incidentId))
    await peer.synced
    await peer.edit((doc) => doc.getText('filler').insert(0, 'y'.repeat(worthASnapshot)))
    peer.close()
    done.snapshots++
    await pause(betweenMs)
  }
}

/** Every event, page by page; only read, not parsed, so that this process does not compete with the server. */
async function exportPages({ server, big, tokens }: World): Promise<void> {
  const headers = { Authorization: `Bearer ${tokens[0]}` }
  for (let after = 0; after < sizes.manyMessages; ) {
    const response = await fetch(`${server.url}/api/incidents/${big}/events?after=${after}`, { headers })
    const text = await response.text()
    if (!response.ok) throw new Error(`export: ${response.status}`)
    const last = text.lastIndexOf('"seq":')
    if (last < 0) throw new Error('the log is shorter than it should be')
    after = Number.parseInt(text.slice(last + 6, last + 20), 10)
  }
}

/** False when this version has no such export. */
async function exportMarkdown({ server, big, tokens }: World): Promise<boolean> {
  const headers = { Authorization: `Bearer ${tokens[0]}` }
  const response = await fetch(`${server.url}/api/incidents/${big}/export.md`, { headers })
  await response.arrayBuffer()
  if (response.status === 404) return false
  if (!response.ok) throw new Error(`export.md: ${response.status}`)
  return true
}

/** ms; -1 when `work` says that there was nothing to do. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  return (await work()) === false ? -1 : performance.now() - started
}
