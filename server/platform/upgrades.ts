import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * The one place that decides who takes an upgrade. `/socket.io/` is left to engine.io, which listens itself
 * (with `destroyUpgrade: false`, or it would end the others after a second); `/documents/` goes to the documents;
 * what nobody takes is answered, or it would hang for ever.
 */
export function routeUpgrades(server: Server, documents: UpgradeHandler): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = request.url ?? ''
    if (path.startsWith('/socket.io/')) return
    socket.on('error', () => socket.destroy())
    if (path.startsWith('/documents/')) documents(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
}
