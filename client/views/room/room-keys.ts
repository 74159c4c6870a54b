import type { Act } from '../../state/acts.ts'
import { byKeys, KeyReader } from '../../state/key-reader.ts'
import { isWriting, singleKeysOn } from '../../state/keys.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import { roomActs } from './acts/room-acts.ts'
import type { RoomContext } from './acts/room-context.ts'
import { focusPane } from './focus-pane.ts'
import type { Pane } from './room-model.svelte.ts'

const order: readonly Pane[] = ['tasks', 'document', 'timeline']

function paneOf(target: EventTarget | null): Pane | null {
  const name =
    target instanceof Element ? target.closest<HTMLElement>('[data-pane]')?.dataset.pane : undefined
  return order.find((pane) => pane === name) ?? null
}

/**
 * Keys of the room: single letters and pairs do what the acts say and are off wherever somebody writes, or for good
 * where they were switched off; F6 goes round the panes, Esc leaves a field for its pane, Ctrl or ⌘ with Z goes the
 * way back that is offered, with K opens the palette from everywhere.
 */
export function roomKeys(context: RoomContext) {
  const reader = new KeyReader()
  const acts = byKeys(roomActs)
  const known = new Set(acts.keys())
  const { room } = context
  return (event: KeyboardEvent) => {
    const writing = isWriting(event.target)
    const keys = reader.read(event, writing, known)
    if (event.defaultPrevented || event.isComposing) return
    if (withModifier(event, 'k')) {
      event.preventDefault()
      if (room.palette !== null) room.palette = null
      else if (document.querySelector('dialog[open]') === null) context.palette()
      return
    }
    if (document.querySelector('dialog[open]') !== null) return
    if (withModifier(event, 'z') && !writing) {
      if (toasts.undo()) event.preventDefault()
      return
    }
    if (event.key === 'F6') {
      const next = nextPane(event)
      if (next !== undefined) focusPane(room, next)
      event.preventDefault()
      return
    }
    if (event.key === 'Escape' && writing) {
      reader.leftWriting()
      leaveField(event.target)
      return
    }
    if (keys === null || !singleKeysOn() || inMenu(event.target)) return
    const act = acts.get(keys)
    if (act === undefined) return
    event.preventDefault()
    perform(act, context)
  }
}

/** Does what a key stands for, or says why not now. */
function perform(act: Act<RoomContext>, context: RoomContext): void {
  const why = act.whyNot(context)
  if (why === null) void act.run({}, context, 0)
  else toasts.note(`${act.title}: not now. ${why}`)
}

function withModifier(event: KeyboardEvent, letter: string): boolean {
  if (!event.ctrlKey && !event.metaKey) return false
  return !event.altKey && !event.shiftKey && event.key.toLowerCase() === letter
}

function inMenu(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=menu]') !== null
}

function nextPane(event: KeyboardEvent): Pane | undefined {
  const at = paneOf(event.target)
  const step = event.shiftKey ? -1 : 1
  const from = at === null ? (event.shiftKey ? 0 : -1) : order.indexOf(at)
  return order[(from + step + order.length) % order.length]
}

function leaveField(target: EventTarget | null): void {
  if (target instanceof HTMLElement) target.blur()
  const pane = paneOf(target)
  const place = pane === null ? null : document.querySelector<HTMLElement>(`[data-pane=${pane}]`)
  place?.setAttribute('tabindex', '-1')
  place?.focus()
}
