import type { BrowserContext, WebSocketRoute } from 'playwright-core'

/**
 * The lines of a browser, all its tabs: they can be cut, or made deaf while they stand. `setOffline` of a context is
 * for pages without a session only: now and then it ends Chromium's network process, and the cookies with it.
 */
export class Lines {
  cut = false
  deaf = false
  readonly #open = new Set<WebSocketRoute>()

  async watch(context: BrowserContext): Promise<void> {
    await context.routeWebSocket(/\/(socket\.io|documents)\//, (socket) => {
      if (this.cut) {
        void socket.close({ code: 1012 })
        return
      }
      this.#open.add(socket)
      const upstream = socket.connectToServer()
      upstream.onMessage((message) => {
        if (!this.deaf) socket.send(message)
      })
    })
  }

  async break(): Promise<void> {
    this.cut = true
    for (const socket of this.#open) await socket.close({ code: 1012 })
    this.#open.clear()
  }
}
