import { untrack } from 'svelte'
import type { readThread, ThreadLine } from '../../../../shared/incident/pasted-thread.ts'
import { mentionsIn, readScribe } from '../../../components/room/scribe-time.ts'
import { sizeNote } from '../../../components/room/snippet.ts'
import { serverNow } from '../../../state/page-clock.ts'
import { keepUnsaved, unsavedIn } from '../../../state/unsaved.ts'
import { ahead } from '../ahead.ts'
import type { RoomModel } from '../room-model.svelte.ts'
import { type Kind, kindLooks } from './entry-kinds.ts'
import { type Left, readLeft, wasAway } from './scribe-left.ts'

const kept = 'muster.scribe-kind'

/** `kept`: nothing to send, or what cannot be sent. `asks`: the writer has to say which day is meant. */
export type Sending = 'sent' | 'kept' | 'needs-reason' | 'asks'

/**
 * What stands in the scribe bar of a room: the words, what they will become, and when it happened. It belongs to the
 * room, so that a half-written sentence outlives the bar it was written in.
 */
export class Scribe {
  readonly #room: RoomModel
  kind = $state<Kind>('chat')
  text = $state('')
  reason = $state('')
  audience = $state('internal')
  /** What keeps it from being sent, for people. */
  problem = $state<string | null>(null)
  /** Enter was pressed on a time that has not come: Enter again means yesterday. */
  asking = $state(false)
  #firstKeyAt = $state<number | null>(null)
  /** It stood here half written while its writer was away: whether the time of its first key is meant is not said yet. */
  #afterAway = $state(false)
  #left = $state('')
  #readThread = $state.raw<typeof readThread | null>(null)

  readonly #read = $derived.by(() => readScribe(this.text, this.#firstKeyAt ?? serverNow()))
  /** Chat has the time of its sending; everything else that of its happening. */
  readonly timed = $derived.by(() => this.kind !== 'chat')
  /** A time of day that has not come: both days it can stand for. */
  readonly ahead = $derived.by(() => (this.timed ? this.#read.ahead : null))
  /** When it happened, server ms; null before the first key. */
  readonly at = $derived.by(() =>
    this.#firstKeyAt === null ? null : (this.#read.occurredAt ?? this.#firstKeyAt),
  )
  /** The writer moved the time. */
  readonly moved = $derived.by(() => this.timed && this.#read.occurredAt !== null)
  /** The time is still that of a first key pressed before its writer was away. */
  readonly afterAway = $derived.by(() => this.#afterAway && this.timed && !this.moved)
  /** What is told about a long text, and whether it is too long. */
  readonly size = $derived.by(() => sizeNote(this.text))
  /** The lines of a copied conversation; null for anything else. */
  readonly thread = $derived.by<readonly ThreadLine[] | null>(() => {
    if (!this.text.includes('\n') || this.kind === 'decision' || this.text === this.#left) return null
    return this.#readThread === null
      ? null
      : this.#readThread(
          this.text,
          untrack(() => this.#room.people.map(({ name }) => name)),
        )
  })

  /** There is something to say about the words in it. */
  readonly tells = $derived.by(
    () =>
      this.problem !== null ||
      this.ahead !== null ||
      this.size !== null ||
      this.thread !== null ||
      this.afterAway ||
      this.moved,
  )

  constructor(room: RoomModel) {
    this.#room = room
    const left = untrack(() => readLeft(unsavedIn(room.me, place(room))))
    this.kind =
      (left === null ? undefined : (kindNamed(left.kind) ?? 'chat')) ?? untrack(() => firstKind(room))
    if (left === null) return
    this.text = left.text
    this.reason = left.reason
    this.audience = left.audience
    this.#firstKeyAt = left.since
    this.#afterAway = wasAway(left, serverNow())
  }

  /** Keeps what is half written for whoever comes back to this room in this tab. */
  keep(): void {
    const { kind, text, reason, audience } = this
    const words = text !== '' || reason !== ''
    const left = { kind, text, reason, audience, since: this.#firstKeyAt, until: serverNow() } satisfies Left
    keepUnsaved(this.#room.me, place(this.#room), words ? JSON.stringify(left) : null)
  }

  choose(kind: Kind): void {
    this.kind = kind
    this.problem = null
    this.asking = false
    try {
      if (kind !== 'chat') localStorage.setItem(kept, kind)
    } catch {
      // Remembering is a comfort, not a need.
    }
  }

  /** When the first key was pressed, server ms; now before it. */
  get since(): number {
    return this.#firstKeyAt ?? serverNow()
  }

  /** The time of an entry is that of its first key, not of its sending. */
  typed(): void {
    if (this.text === '') this.#begin(null)
    else this.#firstKeyAt ??= serverNow()
    this.problem = null
    this.asking = false
    if (this.#readThread === null && this.text.includes('\n')) void this.#needThreads()
    this.keep()
  }

  /** The conversation stays one message. */
  keepWhole(): void {
    this.#left = this.text
  }

  async #needThreads(): Promise<void> {
    try {
      this.#readThread = (await ahead()).readThread
    } catch {
      // Without it a conversation is sent as one message, as it stands.
    }
  }

  clear(): void {
    this.text = ''
    this.reason = ''
    this.#begin(null)
    this.problem = null
    this.asking = false
    this.keep()
  }

  /** It happened now, not when the first key was pressed. */
  takeNow(): void {
    this.#begin(serverNow())
    this.keep()
  }

  /** The first key counts, also after being away. */
  takeFirstKey(): void {
    this.#afterAway = false
    this.keep()
  }

  #begin(at: number | null): void {
    this.#firstKeyAt = at
    this.#afterAway = false
  }

  /** Says which day a time that has not come is meant on: `yesterday`, or `now` in its place; then sends. */
  answer(day: 'yesterday' | 'now'): Sending {
    const { ahead } = this
    if (ahead === null) return this.send()
    return this.#sendAt(day === 'yesterday' ? ahead.yesterday : this.since)
  }

  /** Sends what stands here and is empty then; refused words come back in the tray. */
  send(): Sending {
    const { ahead } = this
    if (ahead === null || this.#words() === '') return this.#sendAt(this.at ?? serverNow())
    if (this.asking) return this.answer('yesterday')
    this.asking = true
    return 'asks'
  }

  #words(): string {
    return (this.timed ? this.#read.text : this.text).trim()
  }

  #sendAt(occurredAt: number): Sending {
    const { kind, audience } = this
    const text = this.#words()
    const reason = this.reason.trim()
    if (text === '') return 'kept'
    if (this.size?.refused === true) {
      this.problem = this.size.words
      return 'kept'
    }
    if (this.timed && this.#read.problem !== null) {
      this.problem = this.#read.problem
      return 'kept'
    }
    if (kind === 'decision' && reason === '') {
      this.problem = 'Say why: a decision stands with its reason.'
      return 'needs-reason'
    }
    this.clear()
    if (kind === 'chat')
      void this.#room.say('chat.send', { text, mentions: mentionsIn(text, this.#room.people) }, text)
    else
      void this.#room.say(
        'entry.add',
        {
          kind,
          text,
          occurredAt,
          ...(kind === 'decision' ? { reason } : {}),
          ...(kind === 'communication' ? { audience } : {}),
        },
        text,
      )
    return 'sent'
  }
}

const place = (room: RoomModel) => `scribe/${room.id}`

const kindNamed = (name: string | null): Kind | undefined =>
  kindLooks.find((look) => look.kind === name)?.kind

/** Chat first for responders, the last used kind for the scribe. */
function firstKind(room: RoomModel): Kind {
  const scribe = room.playbook.roles.find((role) => role.kind === 'scribe')
  const holds = scribe !== undefined && room.state.roles[scribe.id]?.holder?.person === room.me
  if (!holds) return 'chat'
  try {
    const last = localStorage.getItem(kept)
    return kindNamed(last) ?? 'event'
  } catch {
    return 'event'
  }
}
