import { Marks } from '../../../state/marks.svelte.ts'

const most = 500

/** Messages that this reader does not want offered for pinning again; kept by this browser, for one incident. */
export class Dismissed {
  readonly #key: string
  readonly #seqs: Marks<number>

  constructor(incidentId: string) {
    this.#key = `muster.dismissed.${incidentId}`
    this.#seqs = new Marks(read(this.#key))
  }

  has(seq: number): boolean {
    return this.#seqs.has(seq)
  }

  add(seq: number): void {
    this.#seqs.add(seq)
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.#seqs].slice(-most)))
    } catch {
      // Then they are offered again on the next visit.
    }
  }
}

function read(key: string): number[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((seq) => typeof seq === 'number') : []
  } catch {
    return []
  }
}
