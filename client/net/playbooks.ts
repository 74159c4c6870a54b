import type { Severity } from '../../shared/playbook/model.ts'
import { getPlaybook, listOf, playbook } from './api.ts'
import { request } from './http.ts'
import { having, list, number, type Read, shape, text, yes } from './shape.ts'

const listing = shape({
  id: text,
  title: text,
  product: text,
  version: number,
  hash: text,
  isDefault: yes,
  severities: list(having<Severity>('rank')),
})
export type PlaybookListing = Read<typeof listing>

export const listPlaybooks = () => request('GET', '/api/playbooks', listOf(listing, 'playbooks'))

/** The newest version of a playbook, by its id. */
export const latestPlaybook = (id: string) =>
  request('GET', `/api/playbooks/${encodeURIComponent(id)}`, playbook)

/** A playbook by id, the newest version, or by the hash of one version. */
export const findPlaybook = (name: string) =>
  /^[0-9a-f]{64}$/.test(name) ? getPlaybook(name) : latestPlaybook(name)
