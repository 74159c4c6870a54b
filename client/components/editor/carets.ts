import type { Awareness } from 'y-protocols/awareness'

/** Who an awareness state belongs to, as the server wrote it: the colour is a number of the palette. */
export interface CaretUser {
  id: string | null
  name: string
  mark: number
}

export const caretColours = 4

/** Reads the server-written user of an awareness state; a stranger's shape gives a nameless caret. */
export function caretUser(state: unknown): CaretUser {
  const user: unknown = typeof state === 'object' && state !== null && 'user' in state ? state.user : null
  if (typeof user !== 'object' || user === null) return { id: null, name: 'Somebody', mark: 0 }
  const name = 'name' in user && typeof user.name === 'string' && user.name !== '' ? user.name : 'Somebody'
  const color = 'color' in user && typeof user.color === 'number' ? user.color : 0
  const id = 'id' in user && typeof user.id === 'string' ? user.id : null
  return { id, name, mark: Math.abs(Math.trunc(color)) % caretColours }
}

/**
 * The awareness as the cursor plugin wants it: a colour in six hex digits, which is never drawn, and the own user
 * left to the server, which writes it.
 */
export class CaretAwareness {
  readonly #of: Awareness

  constructor(of: Awareness) {
    this.#of = of
  }

  get doc() {
    return this.#of.doc
  }

  get clientID() {
    return this.#of.clientID
  }

  get states() {
    return this.getStates()
  }

  getStates(): Map<number, Record<string, unknown>> {
    const drawn = new Map<number, Record<string, unknown>>()
    for (const [client, state] of this.#of.getStates()) {
      const user = caretUser(state)
      drawn.set(client, { ...state, user: { name: user.name, mark: user.mark, color: '#000000' } })
    }
    return drawn
  }

  getLocalState() {
    return this.#of.getLocalState()
  }

  setLocalStateField(field: string, value: unknown): void {
    if (field !== 'user') this.#of.setLocalStateField(field, value)
  }

  on(name: 'change' | 'update', handler: () => void): void {
    this.#of.on(name, handler)
  }

  off(name: 'change' | 'update', handler: () => void): void {
    this.#of.off(name, handler)
  }
}

/** The bar with the name flag; the flag fades to a dot by style alone. */
export function drawCaret(user: Record<string, unknown>): HTMLElement {
  const bar = document.createElement('span')
  bar.className = 'caret'
  bar.dataset.mark = String(user.mark)
  const flag = document.createElement('span')
  flag.className = 'caret-flag'
  flag.textContent = typeof user.name === 'string' ? (user.name.split(' ')[0] ?? '') : ''
  // Joiners on both sides keep the browser from breaking a line at the widget.
  bar.append('\u2060', flag, '\u2060')
  return bar
}

export function drawSelection(user: Record<string, unknown>): { class: string; 'data-mark': string } {
  return { class: 'caret-selection', 'data-mark': String(user.mark) }
}
