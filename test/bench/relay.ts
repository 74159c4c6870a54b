import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * The least a server can do: every message goes to everybody else, nothing is read, checked or kept. What
 * Muster takes longer than this is the price of its promises on this machine in this minute.
 */
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
const peers = new Set<WebSocket>()

sockets.on('connection', (peer) => {
  peers.add(peer)
  peer.on('close', () => peers.delete(peer))
  peer.on('message', (bytes) => {
    for (const other of peers) if (other !== peer) other.send(bytes)
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.send?.({ port: address.port })
})
process.on('disconnect', () => process.exit(0))
