import { untrack } from 'svelte'
import { mentionsIn, readScribe } from '../../../components/room/scribe-time.ts'
import { serverNow } from '../../../state/page-clock.ts'
import type { RoomModel } from '../room-model.svelte.ts'
import { type Kind, kindLooks } from './entry-kinds.ts'

const kept = 'muster.scribe-kind'

/** `kept`: nothing to send, or a time that cannot be meant. */
export type Sending = 'sent' | 'kept' | 'needs-reason'

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
  #firstKeyAt = $state<number | null>(null)

  readonly #read = $derived.by(() => readScribe(this.text, this.#firstKeyAt ?? serverNow()))
  /** Chat has the time of its sending; everything else that of its happening. */
  readonly timed = $derived.by(() => this.kind !== 'chat')
  /** When it happened, server ms; null before the first key. */
  readonly at = $derived.by(() =>
    this.#firstKeyAt === null ? null : (this.#read.occurredAt ?? this.#firstKeyAt),
  )
  /** The writer moved the time. */
  readonly moved = $derived.by(() => this.timed && this.#read.occurredAt !== null)

  constructor(room: RoomModel) {
    this.#room = room
    this.kind = untrack(() => firstKind(room))
  }

  choose(kind: Kind): void {
    this.kind = kind
    this.problem = null
    try {
      if (kind !== 'chat') localStorage.setItem(kept, kind)
    } catch {
      // Remembering is a comfort, not a need.
    }
  }

  /** The time of an entry is that of its first key, not of its sending. */
  typed(): void {
    if (this.text === '') this.#firstKeyAt = null
    else this.#firstKeyAt ??= serverNow()
    this.problem = null
  }

  /** Sends what stands here and is empty then; refused words come back in the tray. */
  send(): Sending {
    const { kind, audience } = this
    const text = (this.timed ? this.#read.text : this.text).trim()
    const reason = this.reason.trim()
    if (text === '') return 'kept'
    if (this.timed && this.#read.problem !== null) {
      this.problem = this.#read.problem
      return 'kept'
    }
    if (kind === 'decision' && reason === '') {
      this.problem = 'Say why: a decision stands with its reason.'
      return 'needs-reason'
    }
    const occurredAt = this.at ?? serverNow()
    this.text = ''
    this.reason = ''
    this.#firstKeyAt = null
    this.problem = null
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

/** Chat first for responders, the last used kind for the scribe. */
function firstKind(room: RoomModel): Kind {
  const scribe = room.playbook.roles.find((role) => role.kind === 'scribe')
  const holds = scribe !== undefined && room.state.roles[scribe.id]?.holder?.person === room.me
  if (!holds) return 'chat'
  try {
    const last = localStorage.getItem(kept)
    return kindLooks.find((look) => look.kind === last)?.kind ?? 'event'
  } catch {
    return 'event'
  }
}
