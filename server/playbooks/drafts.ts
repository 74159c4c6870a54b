import { bytesWhenDeclared } from '../../shared/incident/decide.ts'
import { stateSoftLimitBytes } from '../../shared/incident/state.ts'
import { diffPlaybooks, type PlaybookChange } from '../../shared/playbook/diff.ts'
import { checkPlaybook, type PlacedFinding, type Problem } from '../../shared/playbook/load.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { Database } from '../platform/database.ts'
import { addVersion } from './add-version.ts'
import { type Origin, type PlaybookStore, playbookHash } from './store.ts'

export interface DraftHead {
  id: string
  origin: Origin
  /** Names what it would publish. */
  hash: string
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
  edited_at: number
  edited_by: string | null
}

const head = 'playbook_id, origin, hash, edited_at, edited_by'

/** Playbooks on their way: checked, kept as drafts beside what is published, and published as a whole or not at all. */
export function createPlaybookDrafts(database: Database, store: PlaybookStore) {
  async function check(source: string, file: string): Promise<Checked> {
    const read = checkPlaybook(source, file)
    if (!read.ok) return read
    const { playbook, findings } = read
    const problem = tooLargeToRun(playbook)
    if (problem !== null) return { ok: false, problems: [problem] }
    return {
      ok: true,
      id: playbook.id,
      hash: playbookHash(playbook),
      findings,
      ...(await compared(playbook)),
    }
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

    /** Keeps a file as the edited draft of its playbook, in place of the one before it. Nothing is kept of a wrong one. */
    async save(source: string, file: string, by: string | null, now: number): Promise<Checked> {
      const checked = await check(source, file)
      if (!checked.ok) return checked
      await database.query(
        `INSERT INTO playbook_drafts (playbook_id, origin, source, hash, edited_at, edited_by)
         VALUES ($1, 'edited', $2, $3, $4, $5)
         ON CONFLICT (playbook_id, origin) DO UPDATE SET source = excluded.source, hash = excluded.hash,
           edited_at = excluded.edited_at, edited_by = excluded.edited_by, set_aside = false`,
        [checked.id, source, checked.hash, now, by],
      )
      return checked
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
      const [row] = await database.query<DraftRow & { source: string }>(
        `SELECT ${head}, source FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside`,
        [id, origin],
      )
      if (row === undefined) return null
      const checked = await check(row.source, `${id}.yaml`)
      // It was right when it was kept; a newer Muster may ask for more. Its text is still there to mend.
      if (!checked.ok) return { ...headOf(row), source: row.source, findings: [], against: null, changes: [] }
      return { ...headOf(row), source: row.source, ...checked }
    },

    /** Whether there was one. A shipped one is set aside until another one ships. */
    async discard(id: string, origin: Origin): Promise<boolean> {
      const gone =
        origin === 'shipped'
          ? 'UPDATE playbook_drafts SET set_aside = true WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside RETURNING 1 AS one'
          : 'DELETE FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 RETURNING 1 AS one'
      return (await database.query(gone, [id, origin])).length > 0
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
      const [row] = await database.query<{ source: string; hash: string }>(
        'SELECT source, hash FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside',
        [id, origin],
      )
      if (row === undefined) return { kind: 'changed' }
      // A newer Muster may read the same words a little otherwise: what was looked at is what it reads now.
      const read = checkPlaybook(row.source, `${id}.yaml`)
      if (!read.ok || playbookHash(read.playbook) !== seen.hash) return { kind: 'changed' }
      const latest = await store.latest(id)
      if ((latest?.hash ?? null) !== seen.against)
        return { kind: 'behind', version: latest?.playbook.version ?? 0 }
      const written = { source: row.source, origin, by, now }
      const outcome = await database.transaction(async (tx): Promise<'published' | 'lost' | 'changed'> => {
        const [still] = await tx.query<{ hash: string }>(
          'SELECT hash FROM playbook_drafts WHERE playbook_id = $1 AND origin = $2 AND NOT set_aside FOR UPDATE',
          [id, origin],
        )
        if (still?.hash !== row.hash) return 'changed'
        if (!(await addVersion(tx, read.playbook, written, seen.against))) return 'lost'
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

export type PlaybookDrafts = ReturnType<typeof createPlaybookDrafts>

function headOf(row: DraftRow): DraftHead {
  return {
    id: row.playbook_id,
    origin: row.origin,
    hash: row.hash,
    editedAt: row.edited_at,
    editedBy: row.edited_by,
  }
}
