export interface Toast {
  id: number
  text: string
  /** `refused`: the server said no; stays until dismissed. */
  kind: 'note' | 'refused'
  undo?: () => void
}

/** How long an act can be undone, ms. */
const undoMs = 10_000
const noteMs = 4_000
/** More than these push out notes first: a refusal stays until it was read. */
const mostShown = 3
const mostRefusals = 8

/** Short messages at the lower edge: what was just done, with a way back, and what was refused. */
class Toasts {
  #all = $state.raw<readonly Toast[]>([])
  #last = 0

  get all(): readonly Toast[] {
    return this.#all
  }

  /** Says what was done. With `undo` it offers the way back for 10 s. */
  note(text: string, undo?: () => void): void {
    const id = this.#add(undo === undefined ? { kind: 'note', text } : { kind: 'note', text, undo })
    setTimeout(() => this.dismiss(id), undo === undefined ? noteMs : undoMs)
  }

  /** Says what was refused, and why, until somebody has read it. */
  refused(text: string): void {
    this.#add({ kind: 'refused', text })
  }

  dismiss(id: number): void {
    this.#all = this.#all.filter((toast) => toast.id !== id)
  }

  #add(toast: Omit<Toast, 'id'>): number {
    this.#last += 1
    const all = [...this.#all, { ...toast, id: this.#last }]
    const spare = all.length > mostShown ? this.#all.find((other) => other.kind === 'note') : undefined
    this.#all = (spare === undefined ? all : all.filter((other) => other !== spare)).slice(-mostRefusals)
    return this.#last
  }
}

export const toasts = new Toasts()
