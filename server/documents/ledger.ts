import * as Y from 'yjs'
import { documentCodes, documentReasons } from '../../shared/protocol/document-codes.ts'
import { DatabaseError } from '../platform/database.ts'
import { Allowance } from './allowance.ts'
import type { Attempt, Rights } from './attempt.ts'
import { isOutage } from './committer.ts'
import type { Crowd } from './crowd.ts'
import { JoinFrames } from './join-frames.ts'
import type { AppendResult, DocumentRow, StoredBatch } from './journal.ts'
import type { Entry, Member } from './member.ts'
import { applyCommitted, loadReplica, PoisonedBatch, type Replica } from './replica.ts'
import type { RoomContext } from './room-context.ts'
import { inspectUpdate } from './update-check.ts'

/** A document that changed by this much, or by half its size, is worth a snapshot. */
const longTail = 64 * 1024
/** A loaded document: the state, and what is sent of it. Both change together or not at all. */
export interface Loaded {
  replica: Replica
  frames: JoinFrames
}

/** How a commit went: done; to be tried again on a fresh document; or this batch cannot be stored at all. */
export type CommitOutcome = 'committed' | 'again' | 'impossible'

/**
 * One document between the journal and the crowd. Between steps `replica` equals the journal up to `seq`,
 * and everything up to `seq` was fanned out; whatever goes wrong, the replica is thrown away and built again
 * from the journal as of `seq`, so that nobody misses or repeats anything.
 */
export class Ledger {
  row: DocumentRow
  /** Time spent so far in waiting for commits: it costs this thread nothing. */
  waitedMs = 0
  /** There may be batches after `seq`. */
  behind = false
  #replica: Replica | undefined
  #frames: JoinFrames | undefined
  #seq: number | undefined
  #compacting = false
  #unsavedAtLoad = 0
  #savedBytes = 0
  #nextSnapshot = 0
  readonly #allowance: Allowance

  constructor(
    row: DocumentRow,
    private readonly crowd: Crowd,
    private readonly context: RoomContext,
  ) {
    this.row = row
    this.#allowance = new Allowance(context)
  }

  get loaded(): Loaded | undefined {
    if (this.#replica === undefined || this.#frames === undefined) return undefined
    return { replica: this.#replica, frames: this.#frames }
  }

  get frames(): JoinFrames | undefined {
    return this.#frames
  }

  get seq(): number {
    return this.#seq ?? 0
  }

  ownerOf(clientId: number): string | undefined {
    return this.#replica?.owners.get(clientId)
  }

  /** Loads the document, or loads it again as of what was last sent out. Throws DatabaseError. */
  async load(): Promise<void> {
    const replica = await loadReplica(this.context.journal, this.row.name, this.#seq)
    if (replica.skipped.size > 0)
      this.context.logger.error(
        { document: this.row.name, skipped: [...replica.skipped] },
        'updates of the journal cannot be applied and were left out',
      )
    this.#replica = replica
    this.behind = this.#seq !== undefined
    this.#seq = replica.seq
    if (this.#frames !== undefined) return
    this.#frames = new JoinFrames(Y.encodeStateAsUpdate(replica.doc))
    this.#unsavedAtLoad = replica.tailBytes
    this.#savedBytes = 0
    this.crowd.resync(this.#frames)
  }

  /** Throws the document away; it is loaded again as of what was sent out. */
  discard(): void {
    this.#replica?.doc.destroy()
    this.#replica = undefined
  }

  /** Forgets the document and what was sent of it: everybody gets the whole of what the journal holds. */
  startOver(): void {
    this.discard()
    this.#frames = undefined
    this.#seq = undefined
  }

  noteSeq(seq: number): boolean {
    if (this.#seq === undefined || seq <= this.#seq) return false
    this.behind = true
    return true
  }

  /** Reads and fans out the next page of what other nodes committed. True when it changed the document. */
  async readMissing({ replica, frames }: Loaded): Promise<boolean> {
    const batches = await this.context.journal.readAfter(this.row.name, replica.seq)
    if (batches.length === 0) {
      this.behind = false
      return false
    }
    return this.#takeIn(batches, replica, frames)
  }

  /** Appends an attempt and, once it is durable, fans it out. Throws what an outage throws. */
  async commit(attempt: Attempt, { replica, frames }: Loaded): Promise<CommitOutcome> {
    const { faults, committer, clock, bus, logger, pace } = this.context
    if (faults?.fanOutBeforeCommit === true) this.#fanOut(attempt, frames)
    let result: AppendResult
    const asked = pace.mark()
    try {
      result = await committer.append({
        name: this.row.name,
        epoch: this.row.epoch,
        at: clock.now(),
        updates: attempt.updates,
        claims: attempt.claims,
      })
    } catch (error) {
      // Stored or not: the journal knows. Frames that are there turn out to change nothing when tried again.
      if (error instanceof DatabaseError && isOutage(error)) throw error
      logger.error({ document: this.row.name, error: String(error) }, 'a batch cannot be stored')
      return 'impossible'
    } finally {
      this.waitedMs += pace.mark() - asked
    }
    if (result.kind !== 'committed') {
      this.#noteRefusal(result, attempt)
      return 'again'
    }
    for (const [client, actorId] of attempt.claims) replica.owners.set(client, actorId)
    const missed = result.seq !== replica.seq + 1 && faults?.ignoreMissedSeq !== true
    if (missed && !(await this.#readBefore(result.seq, attempt, { replica, frames }))) {
      this.startOver()
      return 'again'
    }
    replica.seq = result.seq
    this.#seq = result.seq
    // About so many; the row is read again each second.
    const bytes = attempt.updates.reduce((sum, { update }) => sum + update.byteLength, this.row.bytes)
    this.row = { ...this.row, bytes }
    bus.publish({ topic: 'document', id: this.row.name, seq: result.seq })
    if (faults?.fanOutBeforeCommit !== true) this.#fanOut(attempt, frames)
    return 'committed'
  }

  /** What may be written now; asks first who announced client ids, when one of these frames does. */
  async allowance(loaded: Loaded, entries: readonly Entry[]): Promise<Rights> {
    const { row } = this
    await this.#allowance.countClients(row.name, loaded.replica.owners, entries)
    this.#allowance.makeRoom(loaded, entries)
    return this.#allowance.rights(this.row, loaded.frames)
  }

  /** Bytes of changes that no snapshot holds. */
  get unsavedBytes(): number {
    return this.#frames === undefined ? 0 : this.#unsavedAtLoad + this.#frames.pushedBytes - this.#savedBytes
  }

  snapshotIfLong({ frames }: Loaded): void {
    const unsaved = this.unsavedBytes
    if (unsaved > Math.max(longTail, frames.baseBytes / 2) && unsaved >= this.#nextSnapshot)
      void this.snapshot()
  }

  /** Makes a new base from base and tail, answers joins from it and stores it. Never throws. */
  async snapshot(): Promise<void> {
    const { loaded } = this
    if (this.#compacting || loaded === undefined) return
    this.#compacting = true
    const { replica, frames } = loaded
    const { position, pushedBytes } = frames
    const { seq } = replica
    const { base, tail } = frames.parts
    try {
      const state = await this.context.compact(base, tail, Y.encodeStateVector(replica.doc))
      frames.rebase(position, state)
      await this.context.journal.saveSnapshot(this.row.name, seq, state)
      if (frames === this.#frames) {
        this.#savedBytes = pushedBytes
        this.#unsavedAtLoad = 0
      }
      this.#nextSnapshot = 0
    } catch (error) {
      this.#nextSnapshot = this.unsavedBytes * 2
      const { logger } = this.context
      logger.error({ document: this.row.name, seq, error: String(error) }, 'no snapshot was made')
    } finally {
      this.#compacting = false
    }
  }

  /**
   * Another node committed first: takes in its batches before ours goes out. False when it wrote the same ids
   * with other content: then what the journal holds first is the truth.
   */
  async #readBefore(seq: number, attempt: Attempt, { replica, frames }: Loaded): Promise<boolean> {
    while (replica.seq < seq - 1) {
      const page = await this.context.journal.readAfter(this.row.name, replica.seq)
      const before = page.filter((batch) => batch.seq < seq)
      if (before.length === 0) throw new PoisonedBatch(`${replica.seq + 1}`, 'missing')
      if (overlaps(before, attempt)) return false
      this.#takeIn(before, replica, frames)
    }
    return true
  }

  #takeIn(batches: readonly StoredBatch[], replica: Replica, frames: JoinFrames): boolean {
    const change = applyCommitted(replica, batches)
    this.#seq = replica.seq
    if (change !== undefined) this.crowd.fanOut(frames, change, undefined)
    return change !== undefined
  }

  #fanOut(attempt: Attempt, frames: JoinFrames): void {
    if (attempt.change !== undefined) this.crowd.fanOut(frames, attempt.change, authorOf(attempt))
  }

  #noteRefusal(result: Exclude<AppendResult, { kind: 'committed' }>, attempt: Attempt): void {
    switch (result.kind) {
      case 'closed':
        this.row = { ...this.row, writable: false }
        return
      case 'epoch':
        this.noteRow({ ...this.row, epoch: result.epoch })
        return
      case 'unknown':
        this.crowd.dismissAll(documentCodes.unknownDocument, documentReasons.unknownDocument)
        return
      case 'ended':
        // Also those whose socket has gone: what they sent would be tried for ever.
        for (const { member } of attempt.accepted)
          if (!member.dismissed && result.people.includes(member.peer.person.id))
            this.crowd.dismiss(member, documentCodes.signedOut, documentReasons.signedOut)
        return
      case 'foreign':
        // Read with the bindings when the document is loaded again.
        return
    }
  }

  /** The row as somebody just read it: newer batches, other rights, another epoch. */
  noteRow(row: DocumentRow): void {
    if (row.epoch < this.row.epoch) return
    const epochChanged = row.epoch !== this.row.epoch
    this.row = row
    if (epochChanged) this.crowd.dismissAll(documentCodes.epochChanged, documentReasons.epochChanged)
  }
}

/** The only author of a change needs no echo of it. */
function authorOf(attempt: Attempt): Member | undefined {
  const first = attempt.accepted[0]?.member
  return attempt.accepted.every(({ member }) => member === first) ? first : undefined
}

function overlaps(batches: readonly StoredBatch[], attempt: Attempt): boolean {
  const theirs = batches.flatMap(({ updates }) =>
    updates.flatMap(({ update }) => inspectUpdate(update).ranges),
  )
  return attempt.fresh.some((ours) =>
    theirs.some(({ client, from, to }) => client === ours.client && from < ours.to && ours.from < to),
  )
}
