import { type DocumentContent, documentContent } from './document-content.ts'
import { documentText, type ReferenceWords } from './document-markdown.ts'
import type { Journal, StoredBatch } from './journal.ts'
import { loadReplica } from './replica.ts'

/** Changes of the same people within one minute. */
export interface DocumentMoment {
  /** The newest batch of this moment. */
  batch: number
  /** Time of that batch, integer ms since 1970 UTC. */
  at: number
  /** Who wrote, in no order; empty for the template. */
  people: string[]
}

export interface DocumentMoments {
  /** Oldest first. */
  moments: DocumentMoment[]
  /** Older moments are left out. */
  cut: boolean
}

/** A document as it stood after a batch. */
export interface DocumentStanding {
  batch: number
  at: number
  markdown: string
  content: DocumentContent
}

/** What looking back may cost; beyond it the answer is no, so that it never costs those who write. */
export const historyLimits = {
  /** Batches read for the list of moments. */
  momentBatches: 20_000,
  /** Batches put together for one standing, and bytes of the whole journal of the document. */
  standingBatches: 50_000,
  journalBytes: 64_000_000,
  moments: 2_000,
} as const

const minuteMs = 60_000

/** When a document changed and by whom; undefined when there is no document of that name. */
export async function readMoments(journal: Journal, name: string): Promise<DocumentMoments | undefined> {
  const [row] = await journal.rows([name])
  if (row === undefined) return undefined
  const first = Math.max(0, row.seq - historyLimits.momentBatches)
  const moments: DocumentMoment[] = []
  for (let seq = first; seq < row.seq; ) {
    const page = await journal.readAfter(name, seq)
    const last = page.at(-1)
    if (last === undefined) break
    for (const batch of page) addTo(moments, batch)
    seq = last.seq
  }
  const shown = moments.slice(-historyLimits.moments)
  return { moments: shown, cut: first > 0 || shown.length < moments.length }
}

function addTo(moments: DocumentMoment[], { seq, at, updates }: StoredBatch): void {
  const people = [...new Set(updates.map(({ actorId }) => actorId))].filter((id) => id !== 'system').sort()
  const last = moments.at(-1)
  const same =
    last !== undefined &&
    Math.floor(last.at / minuteMs) === Math.floor(at / minuteMs) &&
    last.people.join() === people.join()
  if (same) Object.assign(last, { batch: seq, at })
  else moments.push({ batch: seq, at, people })
}

export type StandingAnswer =
  | { kind: 'found'; standing: DocumentStanding }
  | { kind: 'unknown' }
  /** The document was not there yet, or has no such batch. */
  | { kind: 'before' }
  | { kind: 'too-large' }

export type StandingQuestion = { batch: number } | { time: number }

/**
 * The document as it stood after a batch, or at a time: everything committed by then, nothing later.
 * @param words what references say, asked for only when the document holds one
 */
export async function readStanding(
  journal: Journal,
  name: string,
  asked: StandingQuestion,
  words: () => Promise<ReferenceWords>,
): Promise<StandingAnswer> {
  const [row] = await journal.rows([name])
  if (row === undefined) return { kind: 'unknown' }
  if (row.bytes > historyLimits.journalBytes) return { kind: 'too-large' }
  const batch = 'batch' in asked ? asked.batch : await batchAt(journal, name, row.seq, asked.time)
  if (batch < 1 || batch > row.seq) return { kind: 'before' }
  const [at] = await journal.readAfter(name, batch - 1)
  if (at === undefined) return { kind: 'before' }
  const kept = (await journal.snapshots(name)).find(({ seq }) => seq <= batch)
  if (batch - (kept?.seq ?? 0) > historyLimits.standingBatches) return { kind: 'too-large' }
  const { doc } = await loadReplica(journal, name, batch)
  try {
    const content = documentContent(doc.getXmlFragment('document'))
    const known = JSON.stringify(content).includes('"type":"reference"') ? await words() : undefined
    const markdown = documentText(doc, known).document
    return { kind: 'found', standing: { batch, at: at.at, markdown, content } }
  } finally {
    doc.destroy()
  }
}

/** The last batch committed at `time` or before; 0 when there is none. Time never runs back in a journal. */
async function batchAt(journal: Journal, name: string, newest: number, time: number): Promise<number> {
  let low = 0
  let high = newest
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const [batch] = await journal.readAfter(name, middle - 1)
    if (batch !== undefined && batch.at <= time) low = middle
    else high = middle - 1
  }
  return low
}
