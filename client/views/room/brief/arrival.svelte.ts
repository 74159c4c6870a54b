import { untrack } from 'svelte'
import type { BriefSources } from '../../../../shared/incident/brief.ts'
import { firstUnread } from '../../../../shared/incident/unread.ts'
import type { Seen } from '../../../../shared/protocol/socket.ts'
import { live } from '../../../state/connection.svelte.ts'
import { SeenMark } from '../../../state/seen.svelte.ts'
import { ahead } from '../ahead.ts'
import type { RoomModel } from '../room-model.svelte.ts'

/**
 * How one person came into the room: what they had seen before, where reading goes on, and the brief. Decided once,
 * when the room is there; the unread line does not move while it is being read.
 */
export class Arrival {
  readonly #room: RoomModel
  /** Null until the room is there, and while nothing is unread. */
  #unreadFrom = $state<number | null>(null)
  /** What they had seen before they came or came back; null: they were never here. */
  #seen = $state.raw<Seen | null>(null)
  #open = $state(false)
  #arrived = false
  /** Whether the brief is worth their time is being found out; whoever begins meanwhile is not stopped by it. */
  #deciding = false
  /** Newest event when the brief was opened; later ones are not missed. */
  #until = $state(0)

  constructor(room: RoomModel) {
    this.#room = room
    new SeenMark(room.store, live.connection, (left) => {
      this.#seen = left
      this.#unreadFrom = this.#firstUnread()
    })
    $effect(() => {
      if (this.#arrived || !room.ready || room.store.seen === undefined) return
      this.#arrived = true
      this.#seen = room.store.seen
      this.#unreadFrom = this.#firstUnread()
      this.#until = room.state.seq
      void this.#openIfWorth()
    })
  }

  /** First event, by seq, that this person had not seen when they came or came back; null: they have seen it all. */
  get unreadFrom(): number | null {
    return this.#unreadFrom
  }

  /** Whether the brief stands over the document. */
  get open(): boolean {
    return this.#open
  }

  /** When this person last looked, server ms; null for who was never here. */
  get leftAt(): number | null {
    return this.#seen?.at ?? null
  }

  show(): void {
    this.#until = this.#room.state.seq
    this.#open = true
  }

  hide(): void {
    this.#open = false
    this.#deciding = false
  }

  /** What the brief is made from, as of now. */
  sources(): BriefSources {
    const { store, state, playbook, me, names } = this.#room
    return {
      state,
      playbook,
      events: store.entries,
      hasOlder: store.hasOlder,
      seen: this.#seen,
      until: this.#until,
      me,
      names,
    }
  }

  /** Who declared it just now knows; who missed nothing is not stopped on the way to their work. */
  async #openIfWorth(): Promise<void> {
    const { state, me } = this.#room
    const sources = untrack(() => this.sources())
    if (this.#seen === null) {
      this.#open = state.declaredBy !== me
      return
    }
    this.#deciding = true
    try {
      const { brief } = await ahead()
      if (this.#deciding && (brief(sources).missed?.parts.length ?? 0) > 0) this.#open = true
    } catch {
      // Without it the room is as it was: B asks for the brief again.
    }
  }

  #firstUnread(): number | null {
    const { store, me } = this.#room
    return firstUnread({ events: store.entries, hasOlder: store.hasOlder, seen: this.#seen, me })
  }
}
