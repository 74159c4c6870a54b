import type { RawEvent } from '../../shared/incident/events.ts'
import { request } from './http.ts'
import { having, list, number, type Read, record, shape, text, yes } from './shape.ts'

/** A node of a document as plain data, in the names of the editor. */
export interface ContentNode {
  type: string
  attrs?: Record<string, unknown>
  content?: ContentNode[]
  text?: string
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

const content = having<ContentNode>('type')

const moment = shape({
  /** The newest batch of this moment. */
  batch: number,
  /** Server time of that batch, ms. */
  at: number,
  people: list(text),
})
/** Changes of the same people within one minute. */
export type DocumentMoment = Read<typeof moment>

const moments = shape({
  moments: list(moment),
  /** Names of the people, by id. */
  names: record(text),
  /** Older moments are left out. */
  cut: yes,
})
export type DocumentMoments = Read<typeof moments>

const standing = shape({ batch: number, at: number, markdown: text, content })
/** A document as it stood after a batch. */
export type DocumentStanding = Read<typeof standing>

const of = (incidentId: string) => `/api/incidents/${encodeURIComponent(incidentId)}`

/** When the document changed and by whom, oldest first. */
export const documentMoments = (incidentId: string) =>
  request('GET', `${of(incidentId)}/document/moments`, moments)

/** The document as it stood after a batch, or at a time (server ms). */
export const documentAt = (incidentId: string, when: { batch: number } | { time: number }) =>
  request(
    'GET',
    `${of(incidentId)}/document/at?${'batch' in when ? `batch=${when.batch}` : `time=${when.time}`}`,
    standing,
  )

/** A page of the log from behind `after` on, oldest first. Every event is checked by `lift` before it is used. */
export const eventsFrom = async (incidentId: string, after: number): Promise<RawEvent[]> => {
  const raw = having<RawEvent>('seq')
  const page = await request('GET', `${of(incidentId)}/events?after=${after}`, shape({ events: list(raw) }))
  return page.events
}
