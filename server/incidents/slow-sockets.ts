import type { MusterServer, MusterSocket } from './gateway.ts'

/** A socket that lets this much pile up is cut; it comes back and catches up. */
const mostBuffered = 4 * 1024 * 1024

/** Cuts sockets that do not read; each catches up by its seq when it returns. Gives how many were cut. */
export function cutSlowSockets(io: MusterServer): number {
  let cut = 0
  for (const socket of io.sockets.sockets.values()) {
    if (bufferedBytes(socket) <= mostBuffered) continue
    cut++
    socket.disconnect(true)
  }
  return cut
}

/** What waits for a reader: engine.io gives the WebSocket one batch at a time and keeps all later ones itself. */
function bufferedBytes(socket: MusterSocket): number {
  // There is no public way to either backlog.
  const conn: {
    transport?: { socket?: { bufferedAmount?: number } }
    writeBuffer?: readonly { data?: { length?: number } | string }[]
  } = socket.conn as object
  const kept = (conn.writeBuffer ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0)
  return kept + (conn.transport?.socket?.bufferedAmount ?? 0)
}
