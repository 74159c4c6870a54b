import { newId } from '../ids.ts'

type Message =
  | { kind: 'who'; from: string }
  | { kind: 'here'; from: string; only?: number }
  | { kind: 'leaving'; from: string }
  | { kind: 'tray'; from: string }
  | { kind: 'signed-out'; from: string }

export interface TabEvents {
  /** A tab goes; what it kept is for the others. */
  left?: () => void
  /** Another tab changed the tray. */
  tray?: () => void
  signedOut?: () => void
  /** How many things exist only in this tab. */
  only?: () => number
}

/** A tab that has not answered by then is gone, or too deep asleep to send anything, ms. */
const answerMs = 300

/**
 * The tabs of one person in this browser, over a BroadcastChannel: it works on plain http, where Web Locks do not,
 * and its messages reach tabs in the background at once. A sleeping tab that is taken for dead does no harm: what is
 * sent twice has one id and gets the first answer.
 */
export class Tabs {
  readonly id = newId()
  readonly #channel: BroadcastChannel | null
  readonly #events: TabEvents
  /** Who was heard, with how much exists only there, for each question under way. */
  readonly #questions = new Set<Map<string, number>>()
  readonly #leave = () => this.#say('leaving')

  constructor(person: string, events: TabEvents) {
    this.#events = events
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`muster-${person}`)
    this.#channel?.addEventListener('message', (event: MessageEvent<Message>) => this.#take(event.data))
    if (typeof addEventListener === 'function') addEventListener('pagehide', this.#leave)
  }

  /** The ids of the other tabs that answer. */
  async alive(): Promise<ReadonlySet<string>> {
    return new Set([this.id, ...(await this.#ask()).keys()])
  }

  /** How many things exist only in one of the other tabs that answer. */
  async onlyElsewhere(): Promise<number> {
    return [...(await this.#ask()).values()].reduce((sum, only) => sum + only, 0)
  }

  async #ask(): Promise<ReadonlyMap<string, number>> {
    const heard = new Map<string, number>()
    if (this.#channel === null) return heard
    this.#questions.add(heard)
    this.#say('who')
    await new Promise((resolve) => setTimeout(resolve, answerMs))
    this.#questions.delete(heard)
    return heard
  }

  tellTray(): void {
    this.#say('tray')
  }

  tellSignedOut(): void {
    this.#say('signed-out')
  }

  close(): void {
    this.#leave()
    if (typeof removeEventListener === 'function') removeEventListener('pagehide', this.#leave)
    this.#channel?.close()
  }

  #say(kind: Message['kind']): void {
    const message = { kind, from: this.id }
    try {
      this.#channel?.postMessage(kind === 'here' ? { ...message, only: this.#events.only?.() ?? 0 } : message)
    } catch {
      // A closed channel has nobody to tell.
    }
  }

  #take(message: Message): void {
    switch (message.kind) {
      case 'who':
        this.#say('here')
        break
      case 'here':
        for (const heard of this.#questions) heard.set(message.from, message.only ?? 0)
        break
      case 'leaving':
        this.#events.left?.()
        break
      case 'tray':
        this.#events.tray?.()
        break
      case 'signed-out':
        this.#events.signedOut?.()
    }
  }
}
