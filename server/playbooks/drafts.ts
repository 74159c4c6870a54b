import { createHash } from 'node:crypto'
import { bytesWhenDeclared } from '../../shared/incident/decide.ts'
import { stateSoftLimitBytes } from '../../shared/incident/state.ts'
import { diffPlaybooks, type PlaybookChange } from '../../shared/playbook/diff.ts'
import type { PlacedFinding, Problem } from '../../shared/playbook/load.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { Database } from '../platform/database.ts'
import { addVersion } from './add-version.ts'
import type { Check } from './checker.ts'
import { type Origin, type PlaybookStore, playbookHash } from './store.ts'

export interface DraftHead {
  id: string
  origin: Origin
  /** Names what it would publish. */
  hash: string
  /** Names its very text, comments included: who saves over it or discards it says which one was seen. */
  mark: string
  /** ms */
  editedAt: number
  /** A person's id; null for Muster itself. */
  editedBy: string | null
}

export interface Draft extends DraftHead {
  source: string
  findings: PlacedFinding[]
  /** The version it would follow, and what would change; null for a playbook that was never published. */
  against: { hash: string; version: number } | null
  changes: PlaybookChange[]
}

/** What a file would be: a playbook with what is worth a look, or everything that is wrong with it. */
export type Checked =
  | {
      ok: true
      id: string
      hash: string
      findings: PlacedFinding[]
      against: { hash: string; version: number } | null
      changes: PlaybookChange[]
    }
  | { ok: false; problems: Problem[] }

export type SaveOutcome =
  | ({ kind: 'saved'; mark: string } & Extract<Checked, { ok: true }>)
  | { kind: 'wrong'; problems: Problem[] }
  /** Another draft is there than the one that was seen; `changes` is what saving would change of it. */
  | { kind: 'moved'; draft: DraftHead; changes: PlaybookChange[] }

export type DiscardOutcome = { kind: 'gone' } | { kind: 'missing' } | { kind: 'moved'; draft: DraftHead }

export type PublishOutcome =
  | { kind: 'published'; published: PublishedPlaybook }
  /** There is no such draft, or it is another one by now. */
  | { kind: 'changed' }
  /** Another version was published since it was compared. */
  | { kind: 'behind'; version: number }
  /** These very words are a version already. */
  | { kind: 'same'; version: number }

interface DraftRow {
  playbook_id: string
  origin: Origin
  hash: string
  mark: string
  edited_at: number
  edited_by: string | null
}

const head = `playbook_id, origin, hash, edited_at, edited_by,
  encode(sha256(convert_to(source, 'UTF8')), 'hex') AS mark`

/** Each lost race means that another one saved; more than a few in a row means something else. */
const mostTries = 5

/** Playbooks on their way: checked, kept as drafts beside what is published, and published as a whole or not at all. */
export function createPlaybookDrafts(database: Database, store: PlaybookStore, read: Check) {
  async function check(source: string, file: string): Promise<Checked> {
    return (await examine(source, file)).checked
  }

  async function examine(
    source: string,
    file: string,
  ): Promise<
    | { checked: Extract<Checked, { ok: true }>; playbook: Playbook }
    | { checked: Extract<Checked, { ok: false }>; playbook: null }
  > {
    const result = await read(source, file)
    if (!result.ok) return { checked: result, playbook: null }
    const { playbook, findings } = result
    const problem = tooLargeToRun(playbook)
    if (problem !== null) return { checked: { ok: false, problems: [problem] }, playbook: null }
    const hash = playbookHash(playbook)
    return {
      checked: { ok: true, id: playbook.id, hash, findings, ...(await compared(playbook)) },
      playbook,
    }
  }

  /** What a draft would change of another one; nothing can be told of one that this Muster cannot read. */
  async function changesOf(theirs: string, mine: Playbook): Promise<PlaybookChange[]> {
    const result = await read(theirs, 'draft.yaml')
    return result.ok ? diffPlaybooks(result.playbook, mine) : []
  }

  async function row(id: string, origin: Origin): Promise<(DraftRow & { source: string }) | undefined> {
    const [found] = await database.query<DraftRow & { source: string }>(
      `SELECT ${head}, source FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside`,
      [id, origin],
    )
    return found
  }

  async function compared(playbook: Playbook): Promise<Pick<Draft, 'against' | 'changes'>> {
    const latest = await store.latest(playbook.id)
    if (latest === undefined) return { against: null, changes: [] }
    return {
      against: { hash: latest.hash, version: latest.playbook.version },
      changes: diffPlaybooks(latest.playbook, playbook),
    }
  }

  return {
    check,

    /**
     * Keeps a file as the edited draft of its playbook, in place of the one that was seen (`seen` is its mark, null for
     * none). Nothing is kept of a wrong one, and a draft that nobody here saw is not written over.
     */
    async save(
      source: string,
      file: string,
      seen: string | null,
      by: string | null,
      now: number,
    ): Promise<SaveOutcome> {
      const { checked, playbook } = await examine(source, file)
      if (playbook === null) return { kind: 'wrong', problems: checked.problems }
      for (let tries = 0; tries < mostTries; tries += 1) {
        const there = await row(checked.id, 'edited')
        const theirs = there === undefined ? null : headOf(there)
        // The very text may be saved again: its answer may have been lost on the way.
        if (theirs !== null && theirs.mark !== seen && there?.source !== source)
          return { kind: 'moved', draft: theirs, changes: await changesOf(there?.source ?? '', playbook) }
        const [written] = await database.query(
          `INSERT INTO playbook_drafts (playbook_id, origin, source, hash, edited_at, edited_by)
           VALUES ($1, 'edited', $2, $3, $4, $5)
           ON CONFLICT (playbook_id, origin) DO UPDATE SET source = excluded.source, hash = excluded.hash,
             edited_at = excluded.edited_at, edited_by = excluded.edited_by, set_aside = false
             WHERE playbook_drafts.source = $6::text
           RETURNING 1 AS one`,
          [checked.id, source, checked.hash, now, by, there?.source ?? null],
        )
        if (written !== undefined) return { kind: 'saved', mark: markOf(source), ...checked }
      }
      throw new Error(`The draft of ${checked.id} could not be saved: others keep saving it.`)
    },

    /** Drafts of one playbook, or of all, without their text. */
    async list(id?: string): Promise<DraftHead[]> {
      const rows = await database.query<DraftRow>(
        `SELECT ${head} FROM playbook_drafts WHERE NOT set_aside AND ($1::text IS NULL OR playbook_id = $1::text)
         ORDER BY playbook_id, origin`,
        [id ?? null],
      )
      return rows.map(headOf)
    },

    async get(id: string, origin: Origin): Promise<Draft | null> {
      const found = await row(id, origin)
      if (found === undefined) return null
      const { source } = found
      const checked = await check(source, `${id}.yaml`)
      // It was right when it was kept; a newer Muster may ask for more. Its text is still there to mend.
      if (!checked.ok) return { ...headOf(found), source, findings: [], against: null, changes: [] }
      return { ...headOf(found), source, ...checked }
    },

    /** Discards the draft that was seen, named by its mark. A shipped one is set aside until another one ships. */
    async discard(id: string, origin: Origin, seen: string): Promise<DiscardOutcome> {
      const there = await row(id, origin)
      if (there === undefined) return { kind: 'missing' }
      const draft = headOf(there)
      const gone =
        origin === 'shipped'
          ? 'UPDATE playbook_drafts SET set_aside = true WHERE playbook_id = $1 AND origin = $2 AND source = $3 AND NOT set_aside RETURNING 1 AS one'
          : 'DELETE FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND source = $3 RETURNING 1 AS one'
      if (draft.mark === seen && (await database.query(gone, [id, origin, there.source])).length > 0)
        return { kind: 'gone' }
      const now = await row(id, origin)
      return now === undefined ? { kind: 'missing' } : { kind: 'moved', draft: headOf(now) }
    },

    /**
     * Publishes exactly the draft that was looked at (`hash`), after exactly the version it was compared with
     * (`against`, null for none). Incidents that run keep theirs.
     */
    async publish(
      id: string,
      origin: Origin,
      seen: { hash: string; against: string | null },
      by: string | null,
      now: number,
    ): Promise<PublishOutcome> {
      const draft = await row(id, origin)
      if (draft === undefined) return { kind: 'changed' }
      // A newer Muster may read the same words a little otherwise: what was looked at is what it reads now.
      const result = await read(draft.source, `${id}.yaml`)
      if (!result.ok || playbookHash(result.playbook) !== seen.hash) return { kind: 'changed' }
      const latest = await store.latest(id)
      if ((latest?.hash ?? null) !== seen.against)
        return { kind: 'behind', version: latest?.playbook.version ?? 0 }
      const written = { source: draft.source, origin, by, now }
      const outcome = await database.transaction(async (tx): Promise<'published' | 'lost' | 'changed'> => {
        const [still] = await tx.query<{ source: string }>(
          'SELECT source FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside FOR UPDATE',
          [id, origin],
        )
        if (still?.source !== draft.source) return 'changed'
        if (!(await addVersion(tx, result.playbook, written, seen.against))) return 'lost'
        await tx.query('DELETE FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2', [id, origin])
        return 'published'
      })
      if (outcome === 'changed') return { kind: 'changed' }
      const published = await store.byHash(seen.hash)
      if (outcome === 'lost' && published !== undefined)
        return { kind: 'same', version: published.playbook.version }
      if (outcome === 'lost' || published === undefined)
        return { kind: 'behind', version: (await store.latest(id))?.playbook.version ?? 0 }
      return { kind: 'published', published }
    },
  }
}

/** Why no incident could run by it, or null: what it holds of tasks and questions leaves no room for what happens. */
function tooLargeToRun(playbook: Playbook): Problem | null {
  const bytes = bytesWhenDeclared(playbook)
  if (bytes <= stateSoftLimitBytes) return null
  const over = Math.ceil((100 * (bytes - stateSoftLimitBytes)) / stateSoftLimitBytes)
  return {
    path: '',
    message: `It holds ${over} % more tasks, questions and runbook steps than an incident can keep.`,
    expected: 'fewer items: split what belongs to another kind of incident into a playbook of its own',
  }
}

/** SHA-256 (hex) of a draft's text. */
function markOf(source: string): string {
  return createHash('sha256').update(source).digest('hex')
}

export type PlaybookDrafts = ReturnType<typeof createPlaybookDrafts>

function headOf(row: DraftRow): DraftHead {
  return {
    id: row.playbook_id,
    origin: row.origin,
    hash: row.hash,
    mark: row.mark,
    editedAt: row.edited_at,
    editedBy: row.edited_by,
  }
}
