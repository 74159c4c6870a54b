import type { PlaybookChange } from '../../shared/playbook/diff.ts'
import type { PlacedFinding, Problem } from '../../shared/playbook/load.ts'
import { RequestFailed, request } from './http.ts'
import {
  anything,
  having,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  type Read,
  type Reader,
  shape,
  text,
} from './shape.ts'

/** Writing playbooks: for administrators, and for nobody else's first load. All throw `RequestFailed`. */

const origin = oneOf('shipped', 'edited')
export type Origin = 'shipped' | 'edited'

const changes = list(having<PlaybookChange>('path'))
const findings = list(having<PlacedFinding>('kind'))
const against = orNull(shape({ hash: text, version: number }))

const right = shape({ id: text, hash: text, findings, against, changes })
/** What a file would be, or everything that is wrong with it. */
export type Checked = ({ ok: true } & Read<typeof right>) | { ok: false; problems: Problem[] }

const problems = shape({ problems: list(having<Problem>('message')) })
const checked: Reader<Checked> = (answer) =>
  shape({ ok: anything })(answer).ok === true
    ? { ok: true, ...right(answer) }
    : { ok: false, ...problems(answer) }

/** `file` is only the name under which mistakes are told. */
export const checkFile = (source: string, file: string) =>
  request('POST', '/api/playbooks/check', checked, { body: { source, file } })

const head = shape({ id: text, origin, hash: text, mark: text, editedAt: number, editedBy: orNull(text) })
export type DraftHead = Read<typeof head>

const moved = shape({ draft: head, changes: maybe(changes) })

/** Somebody saved another draft than the one that was seen. `changes`: what saving one's own would change of it. */
export class DraftMoved extends Error {
  readonly draft: DraftHead
  readonly changes: readonly PlaybookChange[] | undefined
  constructor(message: string, { draft, changes }: Read<typeof moved>) {
    super(message)
    this.name = 'DraftMoved'
    this.draft = draft
    this.changes = changes
  }
}

/** @throws DraftMoved where the draft is another one by now */
async function unlessMoved<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.code !== 'conflict') throw error
    throw new DraftMoved(error.message, moved(error.answer))
  }
}

const savedDraft = shape({ id: text, mark: text })

/** Keeps the file as the draft of its playbook, in place of the one that was seen: its mark, null for none. */
export const saveDraft = (source: string, file: string, seen: string | null) =>
  unlessMoved(request('POST', '/api/playbooks', savedDraft, { body: { source, file, seen } }))

export const listDrafts = () => request('GET', '/api/playbook-drafts', list(head))

const draft = shape({
  id: text,
  origin,
  hash: text,
  mark: text,
  editedAt: number,
  editedBy: orNull(text),
  source: text,
  findings,
  against,
  changes,
})
export type Draft = Read<typeof draft>

const draftPath = (id: string, kind: Origin) => `/api/playbooks/${encodeURIComponent(id)}/drafts/${kind}`

export const getDraft = (id: string, kind: Origin) => request('GET', draftPath(id, kind), draft)

/** Discards the draft that was seen, by its mark. */
export const discardDraft = (id: string, kind: Origin, seen: string) =>
  unlessMoved(request('DELETE', draftPath(id, kind), anything, { body: { seen } }))

/** Publishes exactly what was looked at, after exactly the version it was compared with. */
export const publishDraft = (id: string, kind: Origin, seen: { hash: string; against: string | null }) =>
  request('POST', `${draftPath(id, kind)}/publish`, shape({ hash: text, version: number }), { body: seen })

const version = shape({
  hash: text,
  version: number,
  origin,
  publishedAt: number,
  publishedBy: maybe(orNull(text)),
})
export type PlaybookVersion = Read<typeof version>

export const listVersions = (id: string) =>
  request('GET', `/api/playbooks/${encodeURIComponent(id)}/versions`, list(version))

/** Where the file of a playbook, or of one version by its hash, can be taken away. */
export const sourcePath = (name: string) => `/api/playbooks/${encodeURIComponent(name)}/source`

/** The file of a playbook as text. @throws Error in words for people */
export async function getSource(name: string): Promise<string> {
  const response = await fetch(sourcePath(name), { credentials: 'same-origin' })
  if (!response.ok) throw new Error('There is no file of this playbook. Import one.')
  return response.text()
}
