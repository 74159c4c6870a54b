/**
 * SQL for the ids of those people among `ids` (text[]) who have no right left at `now` (integer ms): shut out, or
 * without a session that is neither ended nor expired. Ids that are no person's, as the system's, are left out.
 * For statements that must not take effect after a right has ended, on a node that has not heard of it yet.
 * @param ids placeholder of the ids, `$1`
 * @param now placeholder of the time, `$2`
 */
export function peopleWithoutRights(ids: `$${number}`, now: `$${number}`): string {
  return `SELECT p.id FROM people p
           WHERE p.id = ANY(${ids}::text[])
             AND (p.disabled_at IS NOT NULL OR NOT EXISTS (
               SELECT 1 FROM sessions s
                WHERE s.person_id = p.id AND s.revoked_at IS NULL AND s.expires_at > ${now}::bigint))`
}
