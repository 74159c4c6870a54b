import { request } from './http.ts'
import { number, shape, text } from './shape.ts'

/** `key` makes a repeated declaration the same incident. */
export const declareIncident = (
  body: {
    title: string
    playbook?: string
    severity?: string
    components?: string[]
    impactBeganAt?: number
    severityReason?: string
    flags?: Readonly<Record<string, string>>
    answers?: Readonly<Record<string, string>>
  },
  key: string,
) =>
  request('POST', '/api/incidents', shape({ id: text, seq: number }), {
    body,
    headers: { 'Idempotency-Key': key },
  })
