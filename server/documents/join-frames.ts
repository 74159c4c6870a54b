import * as Y from 'yjs'
import { step2Frame, updateFrame } from './frames.ts'

/** Merging many updates at once takes time that grows with the square of their number. */
const mergedAtOnce = 16

/**
 * What a joiner is sent: the committed document as one cached base frame and the merged changes since.
 * Holds only what is committed. Positions count the changes; a stale peer catches up from its own.
 */
export class JoinFrames {
  #base: Uint8Array
  #baseFrame: Uint8Array | undefined
  #start = 0
  #tail: Uint8Array[] = []
  #tailBytes = 0
  #pushedBytes = 0
  #merged: { until: number; update: Uint8Array } | undefined

  constructor(base: Uint8Array) {
    this.#base = base
  }

  /** Number of changes so far. */
  get position(): number {
    return this.#start + this.#tail.length
  }

  /** Changes since the base. */
  get tailLength(): number {
    return this.#tail.length
  }

  /** Bytes of all changes ever pushed. */
  get pushedBytes(): number {
    return this.#pushedBytes
  }

  /** An upper estimate of the document's size; exact right after a rebase. */
  get bytes(): number {
    return this.#base.byteLength + this.#tailBytes
  }

  get baseBytes(): number {
    return this.#base.byteLength
  }

  /** True when encoding the document anew is cheaper than merging the tail for a joiner. */
  get wantsRebase(): boolean {
    return this.#tail.length > mergedAtOnce + this.bytes / 1024
  }

  /** Base and tail as they are, for building a new base elsewhere. */
  get parts(): { base: Uint8Array; tail: readonly Uint8Array[] } {
    return { base: this.#base, tail: [...this.#tail] }
  }

  push(update: Uint8Array): void {
    this.#tail.push(update)
    this.#tailBytes += update.byteLength
    this.#pushedBytes += update.byteLength
  }

  /** Replaces base and changes up to `position` by one state that holds exactly them. */
  rebase(position: number, state: Uint8Array): void {
    if (position < this.#start) return
    const dropped = this.#tail.splice(0, position - this.#start)
    for (const update of dropped) this.#tailBytes -= update.byteLength
    this.#start = position
    this.#base = state
    this.#baseFrame = undefined
    this.#merged = undefined
  }

  /** Everything, for a client that has nothing: SyncStep2 comes last, after the tail (it says "synced"). */
  whole(): Uint8Array[] {
    if (this.#tail.length === 0) return [step2Frame(this.#base)]
    this.#baseFrame ??= updateFrame(this.#base)
    return [this.#baseFrame, step2Frame(this.#mergedTail())]
  }

  /** The changes after `position`, merged; everything when they are no longer apart. */
  since(position: number): Uint8Array[] {
    if (position >= this.position) return []
    if (position < this.#start) return this.whole()
    return [updateFrame(mergeMany(this.#tail.slice(position - this.#start)))]
  }

  #mergedTail(): Uint8Array {
    const merged = this.#merged
    if (merged?.until === this.position) return merged.update
    const fresh = this.#tail.slice(merged === undefined ? 0 : merged.until - this.#start)
    const update = mergeMany(merged === undefined ? fresh : [merged.update, mergeMany(fresh)])
    this.#merged = { until: this.position, update }
    return update
  }
}

/** Merges in groups, and the groups again, until one is left. */
function mergeMany(updates: readonly Uint8Array[]): Uint8Array {
  let level = [...updates]
  while (level.length > mergedAtOnce) {
    const next: Uint8Array[] = []
    for (let i = 0; i < level.length; i += mergedAtOnce)
      next.push(Y.mergeUpdates(level.slice(i, i + mergedAtOnce)))
    level = next
  }
  return Y.mergeUpdates(level)
}
