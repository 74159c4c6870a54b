import { passingCodes } from '../../shared/protocol/document-codes.ts'
import { type Attempt, type Rights, tryEntries } from './attempt.ts'
import { Crowd } from './crowd.ts'
import type { RemoteState } from './cursor-relay.ts'
import { EntryQueue } from './entry-queue.ts'
import type { Frame } from './frames.ts'
import { JoinQueue } from './join-queue.ts'
import type { DocumentRow } from './journal.ts'
import { Ledger, type Loaded } from './ledger.ts'
import { type Entry, type Member, mostHeldBytes, type RoomPeer } from './member.ts'
import { PoisonedBatch } from './replica.ts'
import type { RoomContext } from './room-context.ts'
import { inspectUpdate, UpdateRefused } from './update-check.ts'

const askAgainMs = 1_000

/**
 * One document on this node. Everything that touches the Y.Doc runs in one loop (`#pump`), one step after the
 * other, so between steps the document equals the journal; during a commit it is ahead by exactly that batch
 * and nothing is sent from it (rule 3).
 */
export class Room {
  readonly crowd: Crowd
  readonly #ledger: Ledger
  readonly #queue: EntryQueue
  readonly #joins: JoinQueue
  #pumping = false
  #woken = false
  #ended = false
  #failures = 0
  #idle: (() => void)[] = []

  constructor(
    row: DocumentRow,
    private readonly context: RoomContext,
  ) {
    this.crowd = new Crowd(
      context.clock,
      context.limits.awarenessBytes,
      (states) => context.cursors?.publish({ kind: 'states', document: row.name, states }),
      () => context.fellBehind?.(),
    )
    this.#ledger = new Ledger(row, this.crowd, context)
    this.#queue = new EntryQueue(this.crowd.members)
    this.#joins = new JoinQueue(this.crowd, context, () => this.#wake())
  }

  get name(): string {
    return this.#ledger.row.name
  }

  get seq(): number {
    return this.#ledger.seq
  }

  /** Bytes of changes that no snapshot holds yet. */
  get unsavedBytes(): number {
    return this.#ledger.unsavedBytes
  }

  attach(peer: RoomPeer): Member {
    const member = this.crowd.add(peer)
    this.#joins.greet(member)
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
        this.#joins.answer(member, frame.vector.slice())
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

  /** Whose a client id is in this document, if anybody's. */
  ownerOf(clientId: number): string | undefined {
    return this.#ledger.ownerOf(clientId)
  }

  /** Another node speaks of its cursors. Nothing of the document follows from it. */
  hearCursors(node: string, states: readonly RemoteState[]): void {
    this.crowd.hearNode(node, states, (clientId) => this.ownerOf(clientId))
  }

  /** The document's row as somebody just read it. */
  noteRow(row: DocumentRow): void {
    this.#ledger.noteRow(row)
    this.noteSeq(row.seq)
  }

  /** Somebody says that batch `seq` exists. */
  noteSeq(seq: number): void {
    if (this.#ledger.noteSeq(seq)) this.#wake()
  }

  /** Lets drained peers catch up. True while any still has to. */
  relieve(): boolean {
    const { frames } = this.#ledger
    // While it is loaded anew nobody can be caught up, and nobody is forgotten.
    return frames === undefined ? this.crowd.hasStale : this.crowd.relieve(frames)
  }

  /** Keeps the state as a snapshot, so that the next load is quick. Never throws. */
  snapshot(): Promise<void> {
    return this.#ledger.snapshot()
  }

  /** Resolves when everything received so far is decided, or the room has ended. */
  settled(): Promise<void> {
    if (!this.#pumping && !this.#woken) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Frees the document. What was not committed is with the clients, who were told nothing else. */
  end(): void {
    this.#ended = true
    this.crowd.sayGoodbye()
    this.#ledger.startOver()
    this.#queue.clear()
    this.#becomeIdle()
  }

  #enqueue(member: Member, bytes: Uint8Array): void {
    member.received++
    const frame = member.received
    // The socket's buffer is shared with what comes next.
    const update = bytes.slice()
    try {
      this.#queue.push({ member, frame, update, inspected: inspectUpdate(update), reread: false })
    } catch (error) {
      this.crowd.refuse(member, codeOf(error), frame)
      return
    }
    if (this.context.faults?.countOnArrival === true) {
      member.settle(frame)
      member.tellCommitted()
    }
    if (this.#queue.bytes > this.context.limits.queueBytes)
      this.crowd.dismiss(member, passingCodes.tryLater, 'Too much at once; come back later.')
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
      } catch (error) {
        await this.#afterFailure(error)
      }
    }
    this.#failures = 0
    this.#pumping = false
    this.#becomeIdle()
  }

  #hasWork(): boolean {
    const { loaded, behind } = this.#ledger
    return loaded === undefined || behind || !this.#joins.isEmpty || !this.#queue.isEmpty
  }

  async #step(): Promise<void> {
    const { loaded } = this.#ledger
    if (loaded === undefined) return this.#ledger.load()
    if (this.#ledger.behind) {
      if (await this.#ledger.readMissing(loaded)) this.#queue.retryHeld()
      return
    }
    if (!this.#joins.isEmpty) await this.#joins.serve(loaded)
    if (this.#queue.isEmpty) return
    const { pace } = this.context
    const started = pace.mark() - this.#ledger.waitedMs
    await this.#commitNext(loaded)
    this.#ledger.snapshotIfLong(loaded)
    await this.#pause(pace.waitAfter(pace.mark() - this.#ledger.waitedMs - started))
  }

  async #commitNext(loaded: Loaded): Promise<void> {
    const entries = this.#queue.take()
    let rights: Rights
    let attempt: Attempt
    try {
      rights = await this.#ledger.allowance(loaded, entries)
    } catch (error) {
      this.#queue.putBack(entries)
      throw error
    }
    // What is not the document's any more is not tried on it.
    if (this.#ended) return
    try {
      attempt = tryEntries(loaded.replica, entries, rights, this.context.faults)
    } catch (error) {
      this.#isolate(entries, error)
      if (this.context.faults?.skipReload !== true) this.#ledger.discard()
      return
    }
    if (attempt.accepted.length > 0 && !(await this.#commit(attempt, entries, loaded))) return
    this.#failures = 0
    this.#settle(attempt)
  }

  /** True when the attempt is committed and fanned out; else its frames are queued again or refused. */
  async #commit(attempt: Attempt, entries: Entry[], loaded: Loaded): Promise<boolean> {
    try {
      const outcome = await this.#ledger.commit(attempt, loaded)
      if (outcome === 'committed') return !this.#ended
      if (outcome === 'again') this.#queue.putBack(entries)
      else this.#isolate(entries, undefined)
    } catch (error) {
      this.#queue.putBack(entries)
      throw error
    }
    this.#ledger.discard()
    return false
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
    if (attempt.accepted.length > 0) this.#queue.retryHeld()
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
      this.#ledger.behind = true
      this.#queue.retryHeld()
    } else if (now - member.askedAt >= askAgainMs) {
      member.askedAt = now
      this.#joins.greet(member)
    }
  }

  /** One of these frames is to blame: tries them apart; one that fails alone is refused. */
  #isolate(entries: Entry[], error: unknown): void {
    const [only, ...others] = entries
    this.context.logger.warn({ document: this.name, frames: entries.length }, 'a frame broke its batch')
    if (only !== undefined && others.length === 0) this.crowd.refuse(only.member, codeOf(error), only.frame)
    else this.#queue.putBackInHalves(entries)
  }

  async #afterFailure(error: unknown): Promise<void> {
    this.#failures++
    if (error instanceof PoisonedBatch) this.#ledger.startOver()
    else this.#ledger.discard()
    const { logger, limits } = this.context
    logger.warn({ document: this.name, failures: this.#failures, error: String(error) }, 'a room stumbled')
    if (this.#failures > limits.failuresBeforeClosing) {
      this.#queue.clear()
      this.#joins.clear()
      this.crowd.dismissAll(passingCodes.tryLater, 'The server cannot save at the moment.')
    }
    await this.#pause(Math.min(1_000, 50 * 2 ** Math.min(this.#failures, 6)))
  }

  #pause(ms: number): Promise<void> | undefined {
    if (ms < 1) return undefined
    const { clock } = this.context
    return new Promise((resolve) => clock.wakeAt(clock.now() + ms, resolve))
  }

  #becomeIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

function codeOf(error: unknown): UpdateRefused['code'] {
  return error instanceof UpdateRefused ? error.code : 'badUpdate'
}
