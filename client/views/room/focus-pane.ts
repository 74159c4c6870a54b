import type { Pane, RoomModel } from './room-model.svelte.ts'

/** Moves the focus to a pane, and shows it where only one fits. */
export function focusPane(room: RoomModel, pane: Pane): void {
  room.pane = pane
  requestAnimationFrame(() => {
    const place = document.querySelector<HTMLElement>(`[data-pane=${pane}]`)
    const target =
      place?.querySelector<HTMLElement>('[data-row][tabindex="0"], [data-row] [data-focus][tabindex="0"]') ??
      place?.querySelector<HTMLElement>('[contenteditable]') ??
      place?.querySelector<HTMLElement>('[tabindex="0"], button')
    target?.focus()
  })
}
