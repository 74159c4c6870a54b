import Circle from '@lucide/svelte/icons/circle-dot'
import Gavel from '@lucide/svelte/icons/gavel'
import Megaphone from '@lucide/svelte/icons/megaphone'
import Search from '@lucide/svelte/icons/search'
import Bolt from '@lucide/svelte/icons/zap'
import type { Component } from 'svelte'
import type { EntryKind } from '../../../../shared/incident/events.ts'

/** What the scribe bar writes: talk, or one kind of entry. */
export type Kind = 'chat' | EntryKind

export interface KindLook {
  kind: EntryKind
  /** The word in the timeline. */
  label: string
  /** The word in the scribe bar, where it is narrow. */
  short: string
  icon: Component<{ size?: number | string }>
}

const looks: Record<EntryKind, KindLook> = {
  event: { kind: 'event', label: 'Event', short: 'Event', icon: Circle },
  action: { kind: 'action', label: 'Action', short: 'Action', icon: Bolt },
  decision: { kind: 'decision', label: 'Decision', short: 'Decision', icon: Gavel },
  finding: { kind: 'finding', label: 'Finding', short: 'Finding', icon: Search },
  communication: { kind: 'communication', label: 'Communication', short: 'Comms', icon: Megaphone },
}

export const kindLooks: readonly KindLook[] = Object.values(looks)

export function lookOfKind(kind: EntryKind): KindLook {
  return looks[kind]
}
