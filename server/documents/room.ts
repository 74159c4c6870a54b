import * as Y from 'yjs'
import { documentCodes, documentReasons, passingCodes } from '../../shared/protocol/document-codes.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import { DatabaseError } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import { type Attempt, tryEntries } from './attempt.ts'
import { type Committer, isOutage } from './committer.ts'
import { Crowd } from './crowd.ts'
import { type Frame, step1Frame, step2Frame } from './frames.ts'
import { JoinFrames } from './join-frames.ts'
import type { AppendResult, DocumentRow, Journal } from './journal.ts'
import type { DocumentLimits } from './limits.ts'
import { type Entry, type Member, mostHeldBytes, type RoomPeer } from './member.ts'
import type { Pace } from './pace.ts'
import { applyCommitted, loadReplica, PoisonedBatch, type Replica } from './replica.ts'
import { inspectUpdate, UpdateRefused } from './update-check.ts'

export interface RoomContext {
  journal: Journal
  committer: Committer
  bus: Bus
  clock: Clock
  logger: Logger
  pace: Pick<Pace, 'mark' | 'waitAfter'>
  limits: DocumentLimits
  /** Runs `work` after what this turn of the event loop brings in. */
  defer(work: () => void): void
  /** Builds one state from a base and the changes since, proven to load again. */
  compact(base: Uint8Array, tail: readonly Uint8Array[], vector: Uint8Array): Promise<Uint8Array>
  faults?: RoomFaults
}

/** Planted mistakes, so that the simulation can show it would find them. Never set in the product. */
export interface RoomFaults {
  fanOutBeforeCommit?: boolean
  keepGaps?: boolean
  skipReload?: boolean
  countOnArrival?: boolean
  ignoreMissedSeq?: boolean
}

type Join = { kind: 'hello'; member: Member } | { kind: 'answer'; member: Member; vector: Uint8Array }

const groupEntries = 512
const groupBytes = 2 * 1024 * 1024
const joinBudgetMs = 8
const askAgainMs = 1_000
const hourMs = 3_600_000

/**
 * One document on this node. Everything that touches the Y.Doc runs in one loop (`#pump`), one step after the
 * other, so between steps the document equals the journal up to `seq`; during a commit it is ahead by exactly
 * that batch and nothing is sent from it (rule 3).
 */
export class Room {
  readonly crowd: Crowd
  #row: DocumentRow
  #replica: Replica | undefined
  #frames: JoinFrames | undefined
  #seq: number | undefined
  #queue: Entry[] = []
  #queuedBytes = 0
  /** Parts of a batch that failed, tried apart until the guilty frame is alone. */
  #suspects: Entry[][] = []
  #joins: Join[] = []
  #behind = false
  #retryHeld = false
  #pumping = false
  #woken = false
  #ended = false
  #failures = 0
  #compacting = false
  #nextCompaction = 0
  #newClients: number[] = []
  #idle: (() => void)[] = []

  constructor(
    row: DocumentRow,
    private readonly context: RoomContext,
  ) {
    this.#row = row
    this.crowd = new Crowd(context.clock, context.limits.awarenessBytes)
  }

  get name(): string {
    return this.#row.name
  }

  get seq(): number {
    return this.#seq ?? 0
  }

  /** Bytes of changes that no snapshot holds yet. */
  get tailBytes(): number {
    return this.#frames?.tailBytes ?? 0
  }

  attach(peer: RoomPeer): Member {
    const member = this.crowd.add(peer)
    this.#joins.push({ kind: 'hello', member })
    this.#wake()
    return member
  }

  detach(member: Member): void {
    this.crowd.remove(member)
  }

  /** Takes one decoded message. May refuse and close the member; never throws. */
  receive(member: Member, frame: Frame): void {
    if (member.gone) return
    switch (frame.kind) {
      case 'step1':
        this.#joins.push({ kind: 'answer', member, vector: frame.vector.slice() })
        this.#wake()
        return
      case 'step2':
      case 'update':
        this.#enqueue(member, frame.update)
        return
      case 'query-awareness':
        this.crowd.sendAwareness(member)
        return
      case 'awareness':
      case 'ignored':
        return
    }
  }

  ownerOf(clientId: number): string | undefined {
    return this.#replica?.owners.get(clientId)
  }

  /** The document's row as somebody just read it: newer batches, other rights, another epoch. */
  noteRow(row: DocumentRow): void {
    if (row.epoch < this.#row.epoch) return
    const epochChanged = row.epoch !== this.#row.epoch
    this.#row = row
    if (epochChanged) this.closeAll(documentCodes.epochChanged, documentReasons.epochChanged)
    this.noteSeq(row.seq)
  }

  /** Somebody says that batch `seq` exists. */
  noteSeq(seq: number): void {
    if (this.#seq === undefined || seq <= this.#seq) return
    this.#behind = true
    this.#wake()
  }

  closeAll(code: Parameters<RoomPeer['close']>[0], reason: string): void {
    for (const member of [...this.crowd.members]) this.crowd.dismiss(member, code, reason)
  }

  /** Resolves when everything received so far is decided, or the room has ended. */
  settled(): Promise<void> {
    if (!this.#pumping && !this.#woken) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Frees the document. What was not committed is with the clients, who were told nothing else. */
  end(): void {
    this.#ended = true
    this.#replica?.doc.destroy()
    this.#replica = undefined
    this.#frames = undefined
    this.#queue = []
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** True while a congested peer waits to catch up. */
  relieve(): boolean {
    return this.#frames === undefined ? false : this.crowd.relieve(this.#frames)
  }

  #enqueue(member: Member, bytes: Uint8Array): void {
    member.received++
    const frame = member.received
    const update = bytes.slice()
    try {
      const inspected = inspectUpdate(update)
      this.#queue.push({ member, frame, update, inspected, reread: false })
      this.#queuedBytes += update.byteLength
    } catch (error) {
      this.crowd.refuse(member, error instanceof UpdateRefused ? error.code : 'badUpdate', frame)
      return
    }
    if (this.context.faults?.countOnArrival === true) {
      member.settle(frame)
      member.tellCommitted()
    }
    if (this.#queuedBytes > this.context.limits.queueBytes) {
      this.crowd.dismiss(member, passingCodes.tryLater, 'Too much at once; come back later.')
    }
    this.#wake()
  }

  #wake(): void {
    if (this.#woken || this.#pumping || this.#ended) return
    this.#woken = true
    this.context.defer(() => {
      this.#woken = false
      void this.#pump()
    })
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#ended) return
    this.#pumping = true
    while (!this.#ended && this.#hasWork()) {
      try {
        await this.#step()
        this.#failures = 0
      } catch (error) {
        await this.#afterFailure(error)
      }
    }
    this.#pumping = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #hasWork(): boolean {
    return (
      this.#replica === undefined ||
      this.#behind ||
      this.#retryHeld ||
      this.#joins.length > 0 ||
      this.#suspects.length > 0 ||
      this.#queue.length > 0
    )
  }

  async #step(): Promise<void> {
    const replica = this.#replica
    const frames = this.#frames
    if (replica === undefined || frames === undefined) return this.#load()
    if (this.#behind) return this.#readMissing(replica, frames)
    if (this.#joins.length > 0) await this.#answerJoins(replica, frames)
    if (this.#retryHeld || this.#suspects.length > 0 || this.#queue.length > 0) {
      const started = this.context.pace.mark()
      await this.#commitNext(replica, frames)
      this.#compactIfLong(replica, frames)
      await this.#pause(this.context.pace.waitAfter(this.context.pace.mark() - started))
    }
  }

  /** Loads the document, or loads it again as of what was last sent out. */
  async #load(): Promise<void> {
    const { journal } = this.context
    const replica = await loadReplica(journal, this.name, this.#seq)
    if (this.#ended) return replica.doc.destroy()
    if (replica.skipped.size > 0)
      this.context.logger.error({ document: this.name, skipped: [...replica.skipped] }, 'journal is damaged')
    this.#replica = replica
    this.#behind = this.#seq !== undefined
    this.#seq = replica.seq
    if (this.#frames !== undefined) return
    this.#frames = new JoinFrames(Y.encodeStateAsUpdate(replica.doc))
    this.crowd.resync(this.#frames)
  }

  /** Forgets the document and what was sent of it: everybody gets the whole of what the journal holds. */
  #startOver(): void {
    this.#replica = undefined
    this.#frames = undefined
    this.#seq = undefined
  }

  /** Reads and fans out what other nodes committed. */
  async #readMissing(replica: Replica, frames: JoinFrames): Promise<void> {
    const batches = await this.context.journal.readAfter(this.name, replica.seq)
    if (this.#ended) return
    if (batches.length === 0) {
      this.#behind = false
      return
    }
    const change = applyCommitted(replica, batches)
    this.#seq = replica.seq
    if (change === undefined) return
    this.crowd.fanOut(frames, change, undefined)
    this.#retryHeld = this.#anyHeld()
  }

  async #answerJoins(replica: Replica, frames: JoinFrames): Promise<void> {
    const { pace } = this.context
    const started = pace.mark()
    for (let join = this.#joins.shift(); join !== undefined; join = this.#joins.shift()) {
      if (!join.member.gone) this.#answer(join, replica, frames)
      if (this.#joins.length > 0 && pace.mark() - started > joinBudgetMs) {
        await new Promise<void>((resolve) => this.context.defer(resolve))
        return
      }
    }
  }

  #answer(join: Join, replica: Replica, frames: JoinFrames): void {
    const { member } = join
    if (join.kind === 'hello') {
      member.peer.send(step1Frame(Y.encodeStateVector(replica.doc)))
      this.crowd.sendAwareness(member)
      return
    }
    try {
      const nothing = join.vector.byteLength <= 1
      const answer = nothing ? frames.whole() : [step2Frame(Y.encodeStateAsUpdate(replica.doc, join.vector))]
      for (const frame of answer) member.peer.send(frame)
    } catch {
      this.crowd.refuse(member, 'badUpdate', 0)
      return
    }
    member.live = true
    member.staleFrom = undefined
  }

  async #commitNext(replica: Replica, frames: JoinFrames): Promise<void> {
    const entries = this.#take()
    let attempt: Attempt
    try {
      this.#makeRoom(replica, frames, entries)
      attempt = tryEntries(replica, entries, this.#rights(frames), this.context.faults)
    } catch (error) {
      this.context.logger.warn({ document: this.name, frames: entries.length }, 'a frame broke the document')
      return this.#isolate(entries, error)
    }
    const { faults } = this.context
    if (attempt.change !== undefined && faults?.fanOutBeforeCommit === true)
      this.crowd.fanOut(frames, attempt.change, authorOf(attempt))
    if (attempt.accepted.length > 0 && !(await this.#commit(attempt, entries, replica, frames))) return
    if (attempt.change !== undefined && faults?.fanOutBeforeCommit !== true)
      this.crowd.fanOut(frames, attempt.change, authorOf(attempt))
    this.#settle(attempt)
  }

  /** True when the attempt is committed and everything up to its seq is applied here. */
  async #commit(attempt: Attempt, entries: Entry[], replica: Replica, frames: JoinFrames): Promise<boolean> {
    const { committer, clock } = this.context
    let result: AppendResult
    try {
      result = await committer.append({
        name: this.name,
        epoch: this.#row.epoch,
        at: clock.now(),
        updates: attempt.updates,
        claims: attempt.claims,
      })
    } catch (error) {
      // Stored or not: the journal knows. Frames that are there turn out to change nothing when tried again.
      if (error instanceof DatabaseError && isOutage(error)) {
        this.#discard(entries)
        throw error
      }
      this.context.logger.error({ document: this.name, error: String(error) }, 'a batch cannot be stored')
      this.#isolate(entries, error)
      return false
    }
    if (this.#ended) return false
    if (result.kind !== 'committed') {
      this.#noteRefusal(result)
      this.#discard(entries)
      return false
    }
    for (const [client, actorId] of attempt.claims) {
      replica.owners.set(client, actorId)
      this.#newClients.push(clock.now())
    }
    if (result.seq !== replica.seq + 1 && this.context.faults?.ignoreMissedSeq !== true) {
      try {
        if (!(await this.#readBefore(result.seq, attempt, replica, frames))) {
          this.#discard(entries)
          this.#startOver()
          return false
        }
      } catch (error) {
        this.#discard(entries)
        throw error
      }
    }
    replica.seq = result.seq
    this.#seq = result.seq
    this.context.bus.publish({ topic: 'document', id: this.name, seq: result.seq })
    return true
  }

  /**
   * Another node committed first: takes in its batches before ours goes out. False when it wrote the same ids
   * with other content: then what the journal holds first is the truth.
   */
  async #readBefore(seq: number, attempt: Attempt, replica: Replica, frames: JoinFrames): Promise<boolean> {
    while (replica.seq < seq - 1) {
      const page = await this.context.journal.readAfter(this.name, replica.seq)
      const before = page.filter((batch) => batch.seq < seq)
      if (before.length === 0) throw new PoisonedBatch(`${replica.seq + 1}`, 'missing')
      if (overlaps(before, attempt)) return false
      const change = applyCommitted(replica, before)
      if (change !== undefined) this.crowd.fanOut(frames, change, undefined)
    }
    return true
  }

  #settle(attempt: Attempt): void {
    const now = this.context.clock.now()
    for (const { entry, code } of attempt.refused) this.crowd.refuse(entry.member, code, entry.frame)
    for (const entry of attempt.gaps) this.#hold(entry, now)
    const decided = new Set([...attempt.accepted, ...attempt.known])
    const touched = new Set<Member>()
    for (const entry of decided) {
      entry.member.settle(entry.frame)
      touched.add(entry.member)
    }
    for (const member of touched) {
      if (member.held.length > 0) member.held = member.held.filter((entry) => !decided.has(entry))
      member.tellCommitted()
    }
    if (attempt.accepted.length > 0) this.#retryHeld ||= this.#anyHeld()
  }

  /** A frame builds on what is not here: perhaps another node has it, else the client must say it again. */
  #hold(entry: Entry, now: number): void {
    const { member } = entry
    if (member.gone) return
    if (!member.held.includes(entry)) member.held.push(entry)
    if (member.heldBytes > mostHeldBytes) {
      this.crowd.dismiss(member, passingCodes.tryLater, 'Something is missing; come back and start over.')
    } else if (!entry.reread) {
      entry.reread = true
      this.#behind = true
      this.#retryHeld = true
    } else if (now - member.askedAt >= askAgainMs) {
      member.askedAt = now
      this.#joins.push({ kind: 'hello', member })
    }
  }

  #anyHeld(): boolean {
    for (const member of this.crowd.members) if (member.held.length > 0) return true
    return false
  }

  #take(): Entry[] {
    const held: Entry[] = []
    if (this.#retryHeld) for (const member of this.crowd.members) held.push(...member.held)
    this.#retryHeld = false
    const suspects = this.#suspects.shift()
    if (suspects !== undefined) return [...held, ...suspects]
    let bytes = 0
    let count = 0
    for (const { update } of this.#queue) {
      bytes += update.byteLength
      if (count > 0 && (bytes > groupBytes || count >= groupEntries)) break
      count++
    }
    const taken = this.#queue.splice(0, count)
    for (const { update } of taken) this.#queuedBytes -= update.byteLength
    return [...held, ...taken]
  }

  #rights(frames: JoinFrames) {
    const { clock, limits } = this.context
    const since = clock.now() - hourMs
    this.#newClients = this.#newClients.filter((at) => at > since)
    return {
      writable: this.#row.writable,
      room: limits.documentBytes - frames.bytes,
      newClients: limits.newClientsPerHour - this.#newClients.length,
    }
  }

  /** Near the size limit an estimate is not good enough. */
  #makeRoom(replica: Replica, frames: JoinFrames, entries: readonly Entry[]): void {
    const wanted = entries.reduce((sum, { update }) => sum + update.byteLength, frames.bytes)
    if (wanted <= this.context.limits.documentBytes || frames.tailBytes < 64 * 1024) return
    frames.rebase(frames.position, Y.encodeStateAsUpdate(replica.doc))
  }

  /** Throws the document away and tries the frames apart; one that fails alone is refused. */
  #isolate(entries: Entry[], error: unknown): void {
    const [only, ...others] = entries
    if (only !== undefined && others.length === 0) {
      this.crowd.refuse(only.member, error instanceof UpdateRefused ? error.code : 'badUpdate', only.frame)
    } else {
      const half = Math.ceil(entries.length / 2)
      this.#suspects.unshift(entries.slice(0, half), entries.slice(half))
    }
    if (this.context.faults?.skipReload !== true) this.#replica = undefined
  }

  #discard(entries: Entry[]): void {
    this.#replica = undefined
    if (entries.length > 0) this.#suspects.unshift(entries)
  }

  #noteRefusal(result: Exclude<AppendResult, { kind: 'committed' }>): void {
    switch (result.kind) {
      case 'closed':
        this.#row = { ...this.#row, writable: false }
        return
      case 'epoch':
        this.noteRow({ ...this.#row, epoch: result.epoch })
        return
      case 'unknown':
        this.closeAll(documentCodes.unknownDocument, documentReasons.unknownDocument)
        return
      case 'foreign':
        // Read with the bindings when the document is loaded again.
        return
    }
  }

  #compactIfLong(replica: Replica, frames: JoinFrames): void {
    if (!frames.wantsRebase || frames.tailBytes < this.#nextCompaction) return
    void this.snapshot(replica, frames)
  }

  /** Makes a new base from base and tail, stores it as a snapshot, and answers joins from it. */
  async snapshot(replica = this.#replica, frames = this.#frames): Promise<void> {
    if (this.#compacting || replica === undefined || frames === undefined) return
    this.#compacting = true
    const { position } = frames
    const { seq } = replica
    const { base, tail } = frames.parts
    try {
      const state = await this.context.compact(base, tail, Y.encodeStateVector(replica.doc))
      if (frames.position >= position && frames === this.#frames) frames.rebase(position, state)
      await this.context.journal.saveSnapshot(this.name, seq, state)
      this.#nextCompaction = 0
    } catch (error) {
      this.#nextCompaction = frames.tailBytes * 2
      this.context.logger.error({ document: this.name, seq, error: String(error) }, 'no snapshot was made')
    } finally {
      this.#compacting = false
    }
  }

  async #afterFailure(error: unknown): Promise<void> {
    this.#failures++
    this.#replica = undefined
    if (error instanceof PoisonedBatch) this.#startOver()
    const { logger, limits } = this.context
    logger.warn({ document: this.name, failures: this.#failures, error: String(error) }, 'room stumbles')
    if (this.#failures > limits.failuresBeforeClosing) {
      this.#suspects = []
      this.#queue = []
      this.#joins = []
      this.closeAll(passingCodes.tryLater, 'The server cannot save at the moment.')
    }
    await this.#pause(Math.min(1_000, 50 * 2 ** Math.min(this.#failures, 6)))
  }

  #pause(ms: number): Promise<void> | undefined {
    if (ms < 1) return undefined
    const { clock } = this.context
    return new Promise((resolve) => clock.wakeAt(clock.now() + ms, resolve))
  }
}

/** The only author of a change needs no echo of it. */
function authorOf(attempt: Attempt): Member | undefined {
  const first = attempt.accepted[0]?.member
  return attempt.accepted.every(({ member }) => member === first) ? first : undefined
}

function overlaps(
  batches: readonly { updates: readonly { update: Uint8Array }[] }[],
  attempt: Attempt,
): boolean {
  return batches.some(({ updates }) =>
    updates.some(({ update }) =>
      inspectUpdate(update).ranges.some((theirs) =>
        attempt.fresh.some(
          (ours) => ours.client === theirs.client && ours.from < theirs.to && theirs.from < ours.to,
        ),
      ),
    ),
  )
}
