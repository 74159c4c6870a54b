import { expect, it } from 'vitest'
import { sweepExpired } from '../../../server/incidents/expiry.ts'
import type { MusterServer } from '../../../server/incidents/index.ts'

/** As much of a Socket.IO server as is looked at. */
function serverWith(expiries: Record<string, number | null | undefined>) {
  const ended: string[] = []
  const sockets = new Map(
    Object.entries(expiries).map(([id, expiresAt]) => {
      const session = expiresAt === undefined ? null : { expiresAt }
      return [id, { data: { session }, disconnect: () => ended.push(id) }]
    }),
  )
  return { io: { sockets: { sockets } } as unknown as MusterServer, ended }
}

it('sockets end at the expiry of their session; walls and the root token have none', () => {
  const { io, ended } = serverWith({ over: 999, now: 1_000, later: 1_001, root: null, wall: undefined })
  expect(sweepExpired(io, 1_000)).toBe(2)
  expect(ended).toEqual(['over', 'now'])
})
