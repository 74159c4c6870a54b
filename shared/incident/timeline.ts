import type { EntryKind, EventActor, EventType, IncidentEvent, SaidBy } from './events.ts'

/** One row of the timeline, folded from the events that concern it. */
export type TimelineRow =
  | {
      kind: 'chat'
      seq: number
      at: number
      recordedAt: number
      /** When it was made, where its author was cut off then. */
      offlineAt?: number
      actor: EventActor
      commandId: string
      text: string
      snippet: boolean
      mentions: string[]
      edited: number
      /** Seq of the newest edit, whose words the row shows; `entry.pin` names it. */
      lastEdit: number | null
      deleted: boolean
      /** Seq of the entry it was pinned as. */
      pinnedAs: number | null
    }
  | {
      kind: 'entry'
      seq: number
      /** When it happened; rows stand by this. */
      at: number
      recordedAt: number
      /** When it was made, where its author was cut off then. */
      offlineAt?: number
      actor: EventActor
      commandId: string
      entry: EntryKind
      text: string
      reason: string | null
      audience: string | null
      /** Oldest first; the last is what the row shows. More than one means it was amended. */
      versions: EntryVersion[]
      struck: { by: EventActor; at: number; reason: string } | null
      /** Whose words it quotes; who recorded them is the actor. */
      saidBy: SaidBy | null
      /** The chat message it was pinned from: whose words, when, and what became of it since. */
      pinnedFrom: { seq: number; author: string; sentAt: number; since: 'edited' | 'deleted' | null } | null
    }
  | { kind: 'system'; seq: number; at: number; recordedAt: number; offlineAt?: number; event: IncidentEvent }

export interface EntryVersion {
  text: string
  at: number
  by: EventActor
  entry: EntryKind
  reason: string | null
  occurredAt: number
}

const turns: ReadonlySet<EventType> = new Set<EventType>([
  'severity.changed',
  'status.changed',
  'incident.closed',
  'incident.reopened',
  'clock.breached',
  'escalation.stepped',
  'escalation.skipped',
  'escalation.held',
  'fix.regressed',
  'playbook.adopted',
  'runbook.found',
  'role.taken',
  'role.accepted',
])

/** Whether an event turns the incident: such a one stands alone in the timeline, and in the record. */
export function isTurn(type: EventType): boolean {
  return turns.has(type)
}

/** Whether an event is read by itself among system events: turns, and ticks that went against the order of a list. */
export function standsAlone(e: IncidentEvent): boolean {
  return isTurn(e.type) || (e.type === 'task.ticked' && e.data.ahead !== undefined)
}

/**
 * Events (any order, any part of the log) -> rows by time of happening, then seq. Changes to a message that is not
 * among the events are left out: they show once its page is loaded.
 */
export function timeline(events: readonly IncidentEvent[]): TimelineRow[] {
  const fold = folding()
  // Pages may overlap: each event counts once.
  const distinct = new Map(events.map((e) => [e.seq, e]))
  for (const e of [...distinct.values()].sort((a, b) => a.seq - b.seq)) fold.take(e)
  return fold.rows()
}

/** Events folded in one part: a few ms of work. */
const eventsPerPart = 1_000

/** The same in parts, so that whoever draws a long log can let others work between them. */
export function* timelineInParts(events: readonly IncidentEvent[]): Generator<undefined, TimelineRow[]> {
  const inOrder = events.every((e, i) => i === 0 || (events[i - 1]?.seq ?? 0) < e.seq)
  if (!inOrder) return timeline(events)
  const fold = folding()
  for (const [i, e] of events.entries()) {
    fold.take(e)
    if (i % eventsPerPart === eventsPerPart - 1) yield
  }
  return fold.rows()
}

type Rows = Map<number, TimelineRow>

/** Rows while events are taken in order; a pinned message is known by its entry even when only that is loaded. */
function folding() {
  const rows: Rows = new Map()
  const pins = new Map<number, number>()
  return {
    take: (e: IncidentEvent) => fold(rows, pins, e),
    rows: () => [...rows.values()].sort((a, b) => a.at - b.at || a.seq - b.seq),
  }
}

function fold(rows: Rows, pins: Map<number, number>, e: IncidentEvent): void {
  switch (e.type) {
    case 'chat.sent':
      rows.set(e.seq, {
        kind: 'chat',
        ...base(e),
        text: e.data.text,
        snippet: e.data.snippet,
        mentions: e.data.mentions,
        edited: 0,
        lastEdit: null,
        deleted: false,
        pinnedAs: null,
      })
      return
    case 'chat.edited':
      change(rows, e.data.ref, 'chat', (row) =>
        row.deleted
          ? row
          : {
              ...row,
              text: e.data.text,
              mentions: e.data.mentions,
              edited: row.edited + 1,
              lastEdit: e.seq,
            },
      )
      sincePinned(rows, pins, e.data.ref, 'edited')
      return
    case 'chat.deleted':
      change(rows, e.data.ref, 'chat', (row) => ({ ...row, text: '', mentions: [], deleted: true }))
      sincePinned(rows, pins, e.data.ref, 'deleted')
      return
    case 'entry.added':
    case 'entry.pinned': {
      const pinned = e.type === 'entry.pinned' ? e.data : null
      const message = pinned === null ? undefined : rows.get(pinned.ref)
      // Words may have changed while the pin was on its way: it keeps those that were seen.
      const moved = pinned !== null && message?.kind === 'chat' && message.text !== pinned.text
      rows.set(e.seq, {
        kind: 'entry',
        ...base(e),
        entry: e.data.kind,
        text: e.data.text,
        reason: e.data.reason ?? null,
        audience: e.type === 'entry.added' ? (e.data.audience ?? null) : null,
        versions: [
          {
            text: e.data.text,
            entry: e.data.kind,
            reason: e.data.reason ?? null,
            occurredAt: e.occurredAt,
            at: e.at,
            by: e.actor,
          },
        ],
        struck: null,
        saidBy: e.type === 'entry.added' ? (e.data.saidBy ?? null) : null,
        pinnedFrom:
          pinned === null
            ? null
            : {
                seq: pinned.ref,
                author: pinned.author,
                sentAt: pinned.sentAt,
                since: moved ? 'edited' : null,
              },
      })
      if (pinned === null) return
      pins.set(pinned.ref, e.seq)
      change(rows, pinned.ref, 'chat', (row) => ({ ...row, pinnedAs: e.seq }))
      return
    }
    case 'entry.amended':
      change(rows, e.data.ref, 'entry', (row) => {
        const { text, kind: entry = row.entry, reason = row.reason, occurredAt = row.at } = e.data
        const version: EntryVersion = { text, entry, reason, occurredAt, at: e.at, by: e.actor }
        return { ...row, at: occurredAt, entry, text, reason, versions: [...row.versions, version] }
      })
      return
    case 'entry.struck':
      change(rows, e.data.ref, 'entry', (row) => ({
        ...row,
        struck: { by: e.actor, at: e.at, reason: e.data.reason },
      }))
      return
    case 'person.joined':
    case 'person.left':
      return
    case 'clock.met':
      // A clock met in time says nothing new; one that was late says by how much (R21), and so does a person.
      if (e.data.late || e.actor.kind !== 'system') system(rows, e)
      return
    default:
      system(rows, e)
  }
}

/** The entry keeps the words it was pinned with, and tells that the message has others now. */
function sincePinned(
  rows: Rows,
  pins: ReadonlyMap<number, number>,
  ref: number,
  since: 'edited' | 'deleted',
): void {
  const entry = pins.get(ref)
  if (entry === undefined) return
  change(rows, entry, 'entry', (row) =>
    row.pinnedFrom === null || row.pinnedFrom.since === 'deleted'
      ? row
      : { ...row, pinnedFrom: { ...row.pinnedFrom, since } },
  )
}

function system(rows: Rows, e: IncidentEvent): void {
  rows.set(e.seq, {
    kind: 'system',
    seq: e.seq,
    at: e.occurredAt,
    recordedAt: e.at,
    ...offline(e),
    event: e,
  })
}

function base(e: IncidentEvent) {
  const { seq, actor, commandId } = e
  return { seq, at: e.occurredAt, recordedAt: e.at, ...offline(e), actor, commandId }
}

/** Entries are dated back on purpose too and say themselves when they were made; all else only when made offline. */
function offline(e: IncidentEvent): { offlineAt?: number } {
  switch (e.type) {
    case 'entry.added':
      return e.data.madeAt === undefined ? {} : { offlineAt: e.data.madeAt }
    case 'entry.pinned':
      return {}
    default:
      return e.occurredAt < e.at ? { offlineAt: e.occurredAt } : {}
  }
}

function change<K extends 'chat' | 'entry'>(
  rows: Rows,
  seq: number,
  kind: K,
  by: (row: Extract<TimelineRow, { kind: K }>) => TimelineRow,
): void {
  const row = rows.get(seq)
  if (row !== undefined && isKind(row, kind)) rows.set(seq, by(row))
}

function isKind<K extends TimelineRow['kind']>(
  row: TimelineRow,
  kind: K,
): row is Extract<TimelineRow, { kind: K }> {
  return row.kind === kind
}
