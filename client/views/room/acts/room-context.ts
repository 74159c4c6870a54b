import type { Values } from '../../../state/acts.ts'
import type { Pane, RoomDialog, RoomModel } from '../room-model.svelte.ts'
import type { Kind } from '../timeline/entry-kinds.ts'

/**
 * What acts of a room are done with: the room's facts, and the hands that do things on its page. The acts
 * themselves are plain data and functions of this.
 */
export interface RoomContext {
  readonly room: RoomModel
  /** No line to the server. */
  readonly offline: boolean
  focusPane(pane: Pane): void
  /** Into the scribe bar, writing this kind. */
  write(kind?: Kind, text?: string): void
  fold(side: 'left' | 'right'): void
  open(dialog: NonNullable<RoomDialog>): void
  /** The palette, at one act where one is named. `at`: when the person began, server ms; now without it. */
  palette(act?: string, values?: Values, at?: number): void
  copyStatus(): Promise<void>
  download(): void
  visit(path: string): void
  theme(): void
  declare(): void
  /** Why declaring is not for this person, or null. */
  mayDeclare(): string | null
  /** Why links are not for this person, or null. */
  mayShare(): string | null
  /** Something can be undone at this moment. */
  readonly undoable: boolean
  toUndo(): void
}
