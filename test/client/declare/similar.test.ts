import { describe, expect, it } from 'vitest'
import { similar } from '../../../client/views/declare/similar.ts'

const row = (title: string, declaredAt = 0, components: string[] = []) => ({ title, declaredAt, components })
const to = (title: string, rows: ReturnType<typeof row>[], components: string[] = []) =>
  similar(rows, { title, components }).map(({ row: found, shared }) => [found.title, shared])

describe('similar open incidents', () => {
  it('share a telling word, in any form', () => {
    const rows = [row('Coordinators time out'), row('Card payments fail')]
    expect(to('Agent coordinator stuck', rows)).toEqual([['Coordinators time out', ['coordinator']]])
    expect(to('Payment form broken', rows)).toEqual([['Card payments fail', ['Payment']]])
  })

  it('do not share what every incident is called by', () => {
    const rows = [row('API down'), row('Database slow for all customers')]
    expect(to('Login down, slow for all users', rows)).toEqual([])
    expect(to('', rows)).toEqual([])
    expect(to('api', rows)).toEqual([['API down', ['api']]])
  })

  it('share what is affected, said in the title or listed', () => {
    const rows = [row('Nobody can log in', 0, ['auth-gateway'])]
    expect(to('Gateway refuses tokens', rows)).toEqual([['Nobody can log in', ['Gateway']]])
    expect(to('Tokens refused', rows, ['auth'])).toEqual([['Nobody can log in', ['auth']]])
  })

  it('come with the most shared first, then the newest, three at most', () => {
    const rows = [
      row('Redis memory', 1),
      row('Redis locks expire', 2),
      row('Redis upgrade', 3),
      row('Redis replica', 4),
    ]
    expect(to('Redis locks', rows).map(([title]) => title)).toEqual([
      'Redis locks expire',
      'Redis replica',
      'Redis upgrade',
    ])
  })
})
