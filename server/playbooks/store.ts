import { createHash } from 'node:crypto'
import { playbookContent } from '../../shared/playbook/canonical.ts'
import { loadPlaybook, problemLines } from '../../shared/playbook/load.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { Database } from '../platform/database.ts'
import { type PlaybookFile, readPlaybookFolder } from './shipped.ts'

/** Published playbook versions: named by the hash of their content, never changed (rule 6). */
export interface PlaybookStore {
  /**
   * Publishes each file whose content is new as the next version of its playbook, at `now` (ms). Content that
   * was published before keeps its number, so that starting twice, or two servers at once, adds nothing.
   * Takes a folder or files. Throws {@link PlaybookFileError} before writing anything if a file is wrong.
   */
  publishShipped(source: string | readonly PlaybookFile[], now: number): Promise<PublishedPlaybook[]>
  /** The version with this content hash; kept in memory once read, and frozen. */
  byHash(hash: string): Promise<PublishedPlaybook | undefined>
  /** The newest version of a playbook. */
  latest(id: string): Promise<PublishedPlaybook | undefined>
  /** The newest version of every playbook, by id. */
  list(): Promise<PublishedPlaybook[]>
  /** Id of the playbook that declaring begins with; null until somebody chose. */
  defaultId(): Promise<string | null>
  /** Chooses it. Throws an Error for an id nobody published. */
  setDefault(id: string): Promise<void>
}

/** Playbook files that cannot be published; `lines` say each problem with file, line and path. */
export class PlaybookFileError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(`Playbooks cannot be read:\n${lines.join('\n')}`)
    this.name = 'PlaybookFileError'
  }
}

/** SHA-256 (hex) of the canonical content: the name of a playbook version. */
export function playbookHash(playbook: Playbook): string {
  return sha256(playbookContent(playbook))
}

const defaultKey = 'default_playbook'
/** Each lost race means that another server published; more than a few in a row means something else. */
const mostTries = 10

interface VersionRow {
  hash: string
  version: number
  body: string
}

export function createPlaybookStore(database: Database): PlaybookStore {
  const known = new Map<string, PublishedPlaybook>()

  /** Keeps what was read. The hash is checked, so the body is what was written from a `Playbook`. */
  function remember(row: VersionRow): PublishedPlaybook {
    const kept = known.get(row.hash)
    if (kept !== undefined) return kept
    if (sha256(row.body) !== row.hash)
      throw new Error(`Playbook version ${row.hash} is damaged in the database.`)
    const content: Omit<Playbook, 'version'> = JSON.parse(row.body)
    const published = deepFreeze({ hash: row.hash, playbook: { ...content, version: row.version } })
    known.set(row.hash, published)
    return published
  }

  async function byHash(hash: string): Promise<PublishedPlaybook | undefined> {
    const kept = known.get(hash)
    if (kept !== undefined) return kept
    const [row] = await database.query<VersionRow>(
      'SELECT hash, version, body FROM playbook_versions WHERE hash = $1',
      [hash],
    )
    return row && remember(row)
  }

  async function publish(playbook: Playbook, now: number): Promise<PublishedPlaybook> {
    const body = playbookContent(playbook)
    const hash = sha256(body)
    for (let tries = 0; tries < mostTries; tries += 1) {
      const there = await byHash(hash)
      if (there !== undefined) return there
      await database.query(
        `INSERT INTO playbook_versions (hash, playbook_id, version, title, body, published_at)
         SELECT $1::text, $2::text, coalesce(max(version), 0) + 1, $3::text, $4::text, $5::bigint
           FROM playbook_versions WHERE playbook_id = $2::text
         ON CONFLICT DO NOTHING`,
        [hash, playbook.id, playbook.title, body, now],
      )
    }
    throw new Error(`Playbook ${playbook.id} could not be published: others keep publishing it.`)
  }

  return {
    async publishShipped(source, now) {
      const files = typeof source === 'string' ? await readPlaybookFolder(source) : source
      const playbooks = readAll(files)
      const published: PublishedPlaybook[] = []
      for (const playbook of playbooks) published.push(await publish(playbook, now))
      return published
    },
    byHash,
    async latest(id) {
      const [row] = await database.query<VersionRow>(
        'SELECT hash, version, body FROM playbook_versions WHERE playbook_id = $1 ORDER BY version DESC LIMIT 1',
        [id],
      )
      return row && remember(row)
    },
    async list() {
      const rows = await database.query<VersionRow>(
        `SELECT DISTINCT ON (playbook_id) hash, version, body
           FROM playbook_versions ORDER BY playbook_id, version DESC`,
      )
      return rows.map(remember)
    },
    async defaultId() {
      const [row] = await database.query<{ value: string }>('SELECT value FROM settings WHERE key = $1', [
        defaultKey,
      ])
      return row?.value ?? null
    },
    async setDefault(id) {
      const [row] = await database.query(
        'SELECT 1 AS one FROM playbook_versions WHERE playbook_id = $1 LIMIT 1',
        [id],
      )
      if (row === undefined) throw new Error(`There is no playbook "${id}".`)
      await database.query(
        'INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        [defaultKey, id],
      )
    },
  }
}

/** Reads all files and refuses them together: problems of every file, and two files with one playbook id. */
function readAll(files: readonly PlaybookFile[]): Playbook[] {
  const lines: string[] = []
  const playbooks = new Map<string, Playbook>()
  for (const file of files) {
    const result = loadPlaybook(file.text, file.name)
    if (!result.ok) lines.push(...problemLines(file.name, result.problems))
    else if (playbooks.has(result.playbook.id))
      lines.push(`${file.name}: playbook id "${result.playbook.id}" is used by another file`)
    else playbooks.set(result.playbook.id, result.playbook)
  }
  if (lines.length > 0) throw new PlaybookFileError(lines)
  return [...playbooks.values()]
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** One object serves every incident: a change to it would change them all. */
function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner)
  }
  return Object.freeze(value)
}
