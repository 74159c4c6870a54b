import { createHash } from 'node:crypto'
import { playbookContent } from '../../shared/playbook/canonical.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import type { Queryable } from '../platform/database.ts'
import type { Written } from './store.ts'

/**
 * Adds content as the version after `after` (a hash; null: as the first). False, and nothing is written, when another
 * one is the newest by now or these very words are a version. Of several at once one wins: the number is unique.
 */
export async function addVersion(
  on: Queryable,
  playbook: Playbook,
  { source, origin, by, now }: Written,
  after: string | null,
): Promise<boolean> {
  const body = playbookContent(playbook)
  const hash = createHash('sha256').update(body).digest('hex')
  const rows = await on.query(
    `INSERT INTO playbook_versions (hash, playbook_id, version, title, body, published_at, source, origin, published_by)
     SELECT $1::text, $2::text, coalesce(max(version), 0) + 1, $3::text, $4::text, $5::bigint, $6::text, $7::text, $8::text
       FROM playbook_versions WHERE playbook_id = $2::text
     HAVING (array_agg(hash ORDER BY version DESC))[1] IS NOT DISTINCT FROM $9::text
     ON CONFLICT DO NOTHING RETURNING 1 AS one`,
    [hash, playbook.id, playbook.title, body, now, source, origin, by, after],
  )
  return rows.length > 0
}
