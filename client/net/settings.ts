import { listOf, named } from './api.ts'
import { request } from './http.ts'
import { anything, number, type Read, shape, text } from './shape.ts'

export const listPeople = () => request('GET', '/api/people', listOf(named, 'people'))

export const addPerson = (body: { name: string; role: string; password?: string }) =>
  request('POST', '/api/people', shape({ id: text }), { body })

export const shutOut = (personId: string) =>
  request('POST', `/api/people/${encodeURIComponent(personId)}/disable`, anything, { body: {} })

const wall = shape({ id: text, label: text, createdAt: number })
export type Wall = Read<typeof wall>

export const listWalls = () => request('GET', '/api/walls', listOf(wall, 'walls'))

/** The address holds the wall's secret and is told only now. */
export const makeWall = (body: { label: string }) =>
  request('POST', '/api/walls', shape({ id: text, url: text }), { body })

export const endWall = (id: string) => request('DELETE', `/api/walls/${encodeURIComponent(id)}`, anything)
