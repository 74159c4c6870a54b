import type { Server } from 'node:http'
import { Server as SocketServer } from 'socket.io'
import { signOfLifeMs } from '../shared/protocol/version.ts'
import type { MusterServer } from './incidents/index.ts'
import type { Access } from './people/index.ts'
import { securityHeaders } from './platform/http-headers.ts'

/** Socket.IO on the server's port, for whoever comes from an origin of ours. */
export function socketServer(server: Server, access: Access, https: boolean): MusterServer {
  const io: MusterServer = new SocketServer(server, {
    // Documents share the port: see `routeUpgrades`.
    destroyUpgrade: false,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 5_000,
    // One WebSocket, no row of requests: any node behind a load balancer will do, without sticky sessions.
    transports: ['websocket'],
    // Browsers say that they are cut off when two signs of life are missing; the server itself lets go of a
    // socket without the other side after both together, 9 s, so that a pause of its own ends nobody's.
    pingInterval: signOfLifeMs,
    pingTimeout: 7_000,
    // A snippet of 256 KiB, whatever of it JSON has to escape.
    maxHttpBufferSize: 1_000_000,
    allowRequest: (request, answer) => answer(null, access.originAllowed(request.headers)),
  })
  io.engine.use(securityHeaders(https))
  return io
}
