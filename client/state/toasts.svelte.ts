export interface Toast {
  id: number
  text: string
  /** `refused`: the server said no; stays until dismissed. */
  kind: 'note' | 'refused'
  undo?: () => void
}

/** How long an act can be undone, ms. */
export const undoMs = 10_000
const noteMs = 4_000
/** A note takes longer to read the longer it is, ms for each character. */
const readingMs = 40
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

  /** The newest message that offers a way back. */
  get undoable(): Toast | null {
    return this.#all.findLast((toast) => toast.undo !== undefined) ?? null
  }

  /** Says what was done. With `undo` it offers the way back for 10 s; a newer way back takes its place. */
  note(text: string, undo?: () => void): void {
    if (undo !== undefined) this.#all = this.#all.filter((toast) => toast.undo === undefined)
    const id = this.#add(undo === undefined ? { kind: 'note', text } : { kind: 'note', text, undo })
    const reading = Math.max(noteMs, text.length * readingMs)
    setTimeout(() => this.dismiss(id), undo === undefined ? reading : undoMs)
  }

  /** Says what was refused, and why, until somebody has read it. */
  refused(text: string): void {
    this.#add({ kind: 'refused', text })
  }

  /** Goes the newest way back. @returns whether there was one */
  undo(): boolean {
    const toast = this.undoable
    if (toast === null) return false
    this.dismiss(toast.id)
    toast.undo?.()
    return true
  }

  /** Where an act was done is left: its way back goes too, it would be offered in another place. */
  dropUndo(): void {
    this.#all = this.#all.filter((toast) => toast.undo === undefined)
  }

  dismiss(id: number): void {
    this.#all = this.#all.filter((toast) => toast.id !== id)
  }

  #add(toast: Omit<Toast, 'id'>): number {
    this.#last += 1
    const all = [...this.#all, { ...toast, id: this.#last }]
    const spare =
      all.length > mostShown
        ? this.#all.find((other) => other.kind === 'note' && other.undo === undefined)
        : undefined
    this.#all = (spare === undefined ? all : all.filter((other) => other !== spare)).slice(-mostRefusals)
    return this.#last
  }
}

export const toasts = new Toasts()
