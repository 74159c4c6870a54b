import * as Y from 'yjs'

/** One change of a text: at `index`, `remove` UTF-16 units go and `insert` comes. */
export interface Change {
  index: number
  remove: number
  insert: string
}

/** The one change that makes `after` of `before`; `caret` (end of what was typed) tells where in a run of equals. */
export function changeBetween(before: string, after: string, caret = after.length): Change | null {
  if (before === after) return null
  const tail = after.length - caret
  let end = 0
  const mostEnd = Math.min(before.length, after.length)
  // What stands behind the caret did not change, so the end is compared first and as far as the caret only.
  while (end < Math.min(mostEnd, tail) && before.at(-1 - end) === after.at(-1 - end)) end++
  let start = 0
  const mostStart = mostEnd - end
  while (start < mostStart && before[start] === after[start]) start++
  while (end < mostEnd - start && before.at(-1 - end) === after.at(-1 - end)) end++
  // Half a character is none: Yjs would put a mark in its place.
  if (isHigh(before, start - 1) || isHigh(after, start - 1)) start--
  if (end > 0 && (isHigh(before, before.length - end - 1) || isHigh(after, after.length - end - 1))) end--
  return {
    index: start,
    remove: before.length - start - end,
    insert: after.slice(start, after.length - end),
  }
}

function isHigh(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit <= 0xdbff
}

type Delta = Y.YTextEvent['delta']

/** Where a place in a text stands after somebody else's change; text put right there goes behind it. */
export function shifted(place: number, delta: Delta): number {
  let at = 0
  let moved = place
  for (const part of delta) {
    if (part.retain !== undefined) at += part.retain
    else if (part.delete !== undefined) {
      if (at < moved) moved -= Math.min(part.delete, moved - at)
    } else {
      const length = typeof part.insert === 'string' ? part.insert.length : 1
      if (at < moved) moved += length
      at += length
    }
    if (at > moved) break
  }
  return moved
}

/**
 * Ties a text field to a shared text for as long as it lives: what is typed goes in as the change it is, what others
 * write comes out around the caret. Undo takes back own changes only. @returns what unties it
 */
export function bindNote(field: HTMLTextAreaElement, text: Y.Text): () => void {
  const origin = {}
  const undo = new Y.UndoManager(text, { trackedOrigins: new Set([origin]) })
  /** What the field was last known to show. */
  let shown = text.toString()
  let composing = false
  /** Changes of others that wait for the end of a composition. */
  let waiting: Delta[] = []
  field.value = shown

  const typed = () => {
    if (composing) return
    const change = changeBetween(shown, field.value, field.selectionEnd)
    shown = field.value
    if (change === null) return
    const index = waiting.reduce(shifted, change.index)
    // What others took away meanwhile cannot be taken away twice.
    const end = waiting.reduce(shifted, change.index + change.remove)
    text.doc?.transact(() => {
      if (end > index) text.delete(index, end - index)
      if (change.insert !== '') text.insert(index, change.insert)
    }, origin)
  }
  const show = (deltas: readonly Delta[]) => {
    shown = text.toString()
    if (field.value === shown) return
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = field
    field.value = shown
    field.setSelectionRange(
      deltas.reduce(shifted, selectionStart),
      deltas.reduce(shifted, selectionEnd),
      selectionDirection,
    )
    field.scrollTop = scrollTop
    field.dispatchEvent(new Event('note:shown'))
  }
  const changed = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin === origin) return
    if (composing) waiting.push(event.delta)
    else show([event.delta])
  }
  const begin = () => {
    composing = true
  }
  const end = () => {
    composing = false
    typed()
    if (waiting.length > 0) show(waiting)
    waiting = []
  }
  const key = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const letter = event.key.toLowerCase()
    if (letter !== 'z' && letter !== 'y') return
    event.preventDefault()
    event.stopPropagation()
    if (letter === 'y' || event.shiftKey) undo.redo()
    else undo.undo()
  }

  text.observe(changed)
  field.addEventListener('input', typed)
  field.addEventListener('compositionstart', begin)
  field.addEventListener('compositionend', end)
  field.addEventListener('keydown', key)
  return () => {
    undo.destroy()
    text.unobserve(changed)
    field.removeEventListener('input', typed)
    field.removeEventListener('compositionstart', begin)
    field.removeEventListener('compositionend', end)
    field.removeEventListener('keydown', key)
  }
}
