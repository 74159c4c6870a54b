import type { EntryKind, EventActor, IncidentEvent } from './events.ts'

/** One row of the timeline, folded from the events that concern it. */
export type TimelineRow =
  | {
      kind: 'chat'
      seq: number
      at: number
      recordedAt: number
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
      actor: EventActor
      commandId: string
      entry: EntryKind
      text: string
      reason: string | null
      audience: string | null
      /** Oldest first; the last is what the row shows. More than one means it was amended. */
      versions: EntryVersion[]
      struck: { by: EventActor; at: number; reason: string } | null
      /** The chat message it was pinned from: whose words, and who pinned it. */
      pinnedFrom: { seq: number; author: string; sentAt: number } | null
    }
  | { kind: 'system'; seq: number; at: number; recordedAt: number; event: IncidentEvent }

export interface EntryVersion {
  text: string
  at: number
  by: EventActor
  entry: EntryKind
  reason: string | null
  occurredAt: number
}

/**
 * Events (any order, any part of the log) -> rows by time of happening, then seq. Changes to a message that is not
 * among the events are left out: they show once its page is loaded.
 */
export function timeline(events: readonly IncidentEvent[]): TimelineRow[] {
  const rows = new Map<number, TimelineRow>()
  // Pages may overlap: each event counts once.
  const distinct = new Map(events.map((e) => [e.seq, e]))
  for (const e of [...distinct.values()].sort((a, b) => a.seq - b.seq)) fold(rows, e)
  return [...rows.values()].sort((a, b) => a.at - b.at || a.seq - b.seq)
}

/** Events folded in one part: a few ms of work. */
const eventsPerPart = 1_000

/** The same in parts, so that whoever draws a long log can let others work between them. */
export function* timelineInParts(events: readonly IncidentEvent[]): Generator<undefined, TimelineRow[]> {
  const inOrder = events.every((e, i) => i === 0 || (events[i - 1]?.seq ?? 0) < e.seq)
  if (!inOrder) return timeline(events)
  const rows = new Map<number, TimelineRow>()
  for (const [i, e] of events.entries()) {
    fold(rows, e)
    if (i % eventsPerPart === eventsPerPart - 1) yield
  }
  return [...rows.values()].sort((a, b) => a.at - b.at || a.seq - b.seq)
}

function fold(rows: Map<number, TimelineRow>, e: IncidentEvent): void {
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
      return
    case 'chat.deleted':
      change(rows, e.data.ref, 'chat', (row) => ({ ...row, text: '', mentions: [], deleted: true }))
      return
    case 'entry.added':
    case 'entry.pinned': {
      const pinned = e.type === 'entry.pinned' ? e.data : null
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
        pinnedFrom:
          pinned === null ? null : { seq: pinned.ref, author: pinned.author, sentAt: pinned.sentAt },
      })
      if (pinned !== null) change(rows, pinned.ref, 'chat', (row) => ({ ...row, pinnedAs: e.seq }))
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

function system(rows: Map<number, TimelineRow>, e: IncidentEvent): void {
  rows.set(e.seq, { kind: 'system', seq: e.seq, at: e.occurredAt, recordedAt: e.at, event: e })
}

function base(e: IncidentEvent) {
  return { seq: e.seq, at: e.occurredAt, recordedAt: e.at, actor: e.actor, commandId: e.commandId }
}

function change<K extends 'chat' | 'entry'>(
  rows: Map<number, TimelineRow>,
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
