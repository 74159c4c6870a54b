import { WS } from '../../node_modules/engine.io-client/build/esm/transports/websocket.js'

/** What Engine.IO can be carried by in our pages: stands in for its own list when they are built. */
export const transports = { websocket: WS }
