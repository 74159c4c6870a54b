import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import type { WebsocketProvider } from 'y-websocket'

/** A line that is doubted has so long to answer, ms. */
const probeMs = 2_000
/** Number of the sync messages among those of the protocol. */
const syncMessage = 0

/**
 * For a document line in doubt: `ask` asks the server where it stands, and opens another line when the answer does
 * not come in time. What was said before the question is no answer: it may have waited here while the page slept.
 */
export function doubtOf(provider: WebsocketProvider): { ask: () => void; end: () => void } {
  let asked = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const end = () => {
    clearTimeout(timer)
    asked.abort()
  }

  const ask = () => {
    const { ws } = provider
    if (ws?.readyState !== WebSocket.OPEN) return
    end()
    asked = new AbortController()
    const question = encoding.createEncoder()
    encoding.writeVarUint(question, syncMessage)
    sync.writeSyncStep1(question, provider.doc)
    ws.send(encoding.toUint8Array(question))
    ws.addEventListener('message', ({ data }) => isAnswer(data) && end(), { signal: asked.signal })
    timer = setTimeout(() => {
      end()
      if (provider.ws !== ws) return
      // Let go at once: the browser may take minutes to close a dead line.
      provider.disconnect()
      provider.connect()
    }, probeMs)
  }
  return { ask, end }
}

function isAnswer(data: unknown): boolean {
  if (!(data instanceof ArrayBuffer)) return false
  const [message, type] = new Uint8Array(data)
  return message === syncMessage && type === sync.messageYjsSyncStep2
}
