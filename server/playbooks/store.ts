import { createHash } from 'node:crypto'
import { playbookContent } from '../../shared/playbook/canonical.ts'
import { loadPlaybook, problemLines } from '../../shared/playbook/load.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import { noParts } from '../../shared/playbook/parts/index.ts'
import type { Database } from '../platform/database.ts'
import { addVersion } from './add-version.ts'
import { type PlaybookFile, readPlaybookFolder } from './shipped.ts'

/** Published playbook versions: named by the hash of their content, never changed (rule 6). */
export interface PlaybookStore {
  /**
   * Publishes each file whose content is new as the next version of its playbook, at `now` (ms). Content that
   * was published before keeps its number, so that starting twice, or two servers at once, adds nothing. Where the
   * newest version was edited here, a new file becomes a draft beside it: nobody's own words are replaced unasked.
   * Takes a folder or files. Throws {@link PlaybookFileError} before writing anything if a file is wrong. A file
   * this build published before is not read again: reading all of them takes most of a start.
   */
  publishShipped(source: string | readonly PlaybookFile[], now: number): Promise<PublishedPlaybook[]>
  /** All versions of a playbook, the newest first. */
  versions(id: string): Promise<PlaybookVersion[]>
  /** The file a version was published from; undefined when it was not kept. */
  source(hash: string): Promise<string | undefined>
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

export type Origin = 'shipped' | 'edited'

/** How a version came to be. `by`: a person's id, null for Muster itself. */
export interface Written {
  source: string
  origin: Origin
  by: string | null
  /** ms */
  now: number
}

export interface PlaybookVersion {
  hash: string
  version: number
  origin: Origin
  /** ms */
  publishedAt: number
  publishedBy: string | null
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

/** Text of a file, the SHA-256 of it, and the version this build published from that text, if it did. */
interface KnownFile extends PlaybookFile {
  textHash: string
  published: PublishedPlaybook | undefined
}

/** `build` names the program that reads the files; without it every file is read every time. */
export function createPlaybookStore(database: Database, build?: string): PlaybookStore {
  const known = new Map<string, PublishedPlaybook>()

  /** Keeps what was read. The hash is checked, so the body is what was written from a `Playbook`. */
  function remember(row: VersionRow): PublishedPlaybook {
    const kept = known.get(row.hash)
    if (kept !== undefined) return kept
    if (sha256(row.body) !== row.hash)
      throw new Error(`Playbook version ${row.hash} is damaged in the database.`)
    // A version written before a part existed does not have it: it says nothing there.
    const content: Omit<Playbook, 'version'> = { ...noParts, ...JSON.parse(row.body) }
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

  async function newest(id: string): Promise<{ hash: string; origin: Origin } | undefined> {
    const [row] = await database.query<{ hash: string; origin: Origin }>(
      'SELECT hash, origin FROM playbook_versions WHERE playbook_id = $1 ORDER BY version DESC LIMIT 1',
      [id],
    )
    return row
  }

  /** The version that a shipped file is, or becomes; where it only becomes a draft, the newest version. */
  async function ship(
    file: KnownFile,
    playbook: Playbook,
    now: number,
    tries = mostTries,
  ): Promise<PublishedPlaybook> {
    const hash = playbookHash(playbook)
    const there = await byHash(hash)
    if (there !== undefined) {
      await database.query('UPDATE playbook_versions SET source = $2 WHERE hash = $1 AND source IS NULL', [
        hash,
        file.text,
      ])
      return there
    }
    const before = await newest(playbook.id)
    if (before?.origin !== 'edited') {
      const written: Written = { source: file.text, origin: 'shipped', by: null, now }
      const added = await addVersion(database, playbook, written, before?.hash ?? null)
      const version = await byHash(hash)
      if (version !== undefined) return version
      if (added) throw new Error(`Playbook version ${hash} is missing.`)
      // Somebody published meanwhile: perhaps words of their own.
      if (tries > 1) return ship(file, playbook, now, tries - 1)
      throw new Error(`Playbook ${playbook.id} could not be published: others keep publishing it.`)
    }
    await database.query(
      `INSERT INTO playbook_drafts AS d (playbook_id, origin, source, hash, edited_at) VALUES ($1, 'shipped', $2, $3, $4)
       ON CONFLICT (playbook_id, origin) DO UPDATE
         SET source = excluded.source, hash = excluded.hash, edited_at = excluded.edited_at, set_aside = false
       WHERE d.hash <> excluded.hash`,
      [playbook.id, file.text, hash, now],
    )
    const edited = await byHash(before.hash)
    if (edited === undefined) throw new Error(`Playbook version ${before.hash} is missing.`)
    return edited
  }

  async function lookUp(files: readonly PlaybookFile[]): Promise<KnownFile[]> {
    const hashed = files.map((file) => ({ ...file, textHash: sha256(file.text) }))
    const rows =
      build === undefined
        ? []
        : await database.query<VersionRow & { text_hash: string }>(
            `SELECT f.text_hash, v.hash, v.version, v.body
               FROM playbook_files f JOIN playbook_versions v ON v.hash = f.version_hash
              WHERE f.build = $1 AND f.text_hash = ANY($2::text[])`,
            [build, hashed.map((file) => file.textHash)],
          )
    const before = new Map(rows.map((row) => [row.text_hash, remember(row)]))
    return hashed.map((file) => ({ ...file, published: before.get(file.textHash) }))
  }

  async function keep(textHash: string, versionHash: string): Promise<void> {
    if (build === undefined) return
    await database.query(
      'INSERT INTO playbook_files (build, text_hash, version_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [build, textHash, versionHash],
    )
  }

  return {
    async publishShipped(source, now) {
      const files = typeof source === 'string' ? await readPlaybookFolder(source) : source
      const published: PublishedPlaybook[] = []
      for (const { file, playbook } of readAll(await lookUp(files))) {
        const version = file.published ?? (await ship(file, playbook, now))
        const isFile = file.published === undefined && version.hash === playbookHash(playbook)
        if (isFile) await keep(file.textHash, version.hash)
        published.push(version)
      }
      return published
    },
    byHash,
    async versions(id) {
      const rows = await database.query<{
        hash: string
        version: number
        origin: Origin
        published_at: number
        published_by: string | null
      }>(
        `SELECT hash, version, origin, published_at, published_by
           FROM playbook_versions WHERE playbook_id = $1 ORDER BY version DESC`,
        [id],
      )
      return rows.map(({ hash, version, origin, published_at, published_by }) => ({
        hash,
        version,
        origin,
        publishedAt: published_at,
        publishedBy: published_by,
      }))
    },
    async source(hash) {
      const [row] = await database.query<{ source: string | null }>(
        'SELECT source FROM playbook_versions WHERE hash = $1',
        [hash],
      )
      return row?.source ?? undefined
    },
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

interface ReadFile {
  file: KnownFile
  playbook: Playbook
}

/** Reads all files and refuses them together: problems of every file, and two files with one playbook id. */
function readAll(files: readonly KnownFile[]): ReadFile[] {
  const lines: string[] = []
  const playbooks = new Map<string, ReadFile>()
  for (const file of files) {
    const result =
      file.published === undefined
        ? loadPlaybook(file.text, file.name)
        : { ok: true as const, playbook: file.published.playbook }
    if (!result.ok) lines.push(...problemLines(file.name, result.problems))
    else if (playbooks.has(result.playbook.id))
      lines.push(`${file.name}: playbook id "${result.playbook.id}" is used by another file`)
    else playbooks.set(result.playbook.id, { file, playbook: result.playbook })
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
