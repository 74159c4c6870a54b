import type { Awareness } from 'y-protocols/awareness'
import { caretUser } from '../../net/caret-user.ts'

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
      drawn.set(client, { ...state, user: { name: user.name, mark: user.mark, client, color: '#000000' } })
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

/**
 * The bar with the name flag; the flag fades to a dot by style alone. It holds no letter: a click beside it would set
 * the browser's caret into that letter, where nothing can be written, and every key until the editor has taken it out
 * again would be lost. The name is drawn by style.
 */
export function drawCaret(user: Record<string, unknown>): HTMLElement {
  const bar = document.createElement('span')
  bar.className = 'caret'
  bar.dataset.mark = String(user.mark)
  bar.dataset.client = String(user.client)
  const flag = document.createElement('span')
  flag.className = 'caret-flag'
  flag.dataset.name = typeof user.name === 'string' ? (user.name.split(' ')[0] ?? '') : ''
  bar.append(flag)
  return bar
}

export function drawSelection(user: Record<string, unknown>): { class: string; 'data-mark': string } {
  return { class: 'caret-selection', 'data-mark': String(user.mark) }
}
