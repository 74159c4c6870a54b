import type { Pane, RoomModel } from './room-model.svelte.ts'

const order: readonly Pane[] = ['tasks', 'document', 'timeline']

/** Moves the focus to a pane, and shows it where only one fits. */
export function focusPane(room: RoomModel, pane: Pane): void {
  room.pane = pane
  requestAnimationFrame(() => {
    const place = document.querySelector<HTMLElement>(`[data-pane=${pane}]`)
    const target =
      place?.querySelector<HTMLElement>('[data-row][tabindex="0"], [data-row] [data-focus][tabindex="0"]') ??
      place?.querySelector<HTMLElement>('[contenteditable], [tabindex="0"], button')
    target?.focus()
  })
}

function paneOf(target: EventTarget | null): Pane | null {
  const name =
    target instanceof Element ? target.closest<HTMLElement>('[data-pane]')?.dataset.pane : undefined
  return order.find((pane) => pane === name) ?? null
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role=textbox]') !== null) return true
  return target.matches('input:not([type=checkbox]), textarea, select')
}

/** Letters so soon after writing are still meant for the text, whatever became of its field, ms. */
const stillWritingMs = 1_000

/**
 * Keys of the room: F6 goes round the panes, Esc leaves a field for its pane, single letters open or focus and are
 * off wherever somebody writes.
 */
export function roomKeys(room: RoomModel, fold: { left: () => void; right: () => void }) {
  let wroteAt = Number.NEGATIVE_INFINITY
  return (event: KeyboardEvent) => {
    const writing = isWriting(event.target) || event.timeStamp - wroteAt < stillWritingMs
    if (writing && event.key.length === 1) wroteAt = event.timeStamp
    if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
    if (event.key === 'F6') {
      const at = paneOf(event.target)
      const step = event.shiftKey ? -1 : 1
      const from = at === null ? (event.shiftKey ? 0 : -1) : order.indexOf(at)
      const next = order[(from + step + order.length) % order.length]
      if (next !== undefined) focusPane(room, next)
      event.preventDefault()
      return
    }
    if (event.key === 'Escape' && isWriting(event.target)) {
      if (event.target instanceof HTMLElement) event.target.blur()
      const pane = paneOf(event.target)
      const place = pane === null ? null : document.querySelector<HTMLElement>(`[data-pane=${pane}]`)
      place?.setAttribute('tabindex', '-1')
      place?.focus()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writing) return
    if (letter(room, event.key, fold)) event.preventDefault()
  }
}

function letter(room: RoomModel, key: string, fold: { left: () => void; right: () => void }): boolean {
  switch (key) {
    case '[':
      fold.left()
      return true
    case ']':
      fold.right()
      return true
    case '/':
      room.pane = 'timeline'
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-scribe]')?.focus())
      return true
    case 't':
      focusPane(room, 'tasks')
      return true
    case 'd':
      focusPane(room, 'document')
      return true
    case 'l':
      focusPane(room, 'timeline')
      return true
    case 'r':
      room.dialog = 'roles'
      return true
    case 's':
      room.dialog = 'severity'
      return true
    default:
      return false
  }
}
