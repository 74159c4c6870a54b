import type { RawEvent } from '../../shared/incident/events.ts'
import type { RowQuery } from '../../shared/incident/row-query.ts'
import { request } from './http.ts'
import { having, list, number, orNull, shape } from './shape.ts'

const event = having<RawEvent>('seq')

/** Rows of the timeline that fit, from the whole log: their events, and where to ask on for older ones. */
export const searchEntries = (incidentId: string, query: RowQuery, before: number | null) => {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, before }))
    if (value !== undefined && value !== null) asked.set(name, String(value))
  return request(
    'GET',
    `/api/incidents/${encodeURIComponent(incidentId)}/search?${asked}`,
    shape({ entries: list(event), next: orNull(number) }),
  )
}
