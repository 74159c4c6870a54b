import type { MusterServer } from './gateway.ts'

/**
 * Ends sockets whose session has expired by `now` (integer ms since 1970 UTC); nobody announces an expiry. Gives
 * how many. Walls have no session and no expiry.
 */
export function sweepExpired(io: MusterServer, now: number): number {
  let ended = 0
  for (const socket of io.sockets.sockets.values()) {
    const expiresAt = socket.data.session?.expiresAt ?? null
    if (expiresAt === null || expiresAt > now) continue
    ended++
    socket.disconnect(true)
  }
  return ended
}
