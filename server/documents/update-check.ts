import * as Y from 'yjs'
import type { DocumentCodeName } from '../../shared/protocol/document-codes.ts'

/** Yjs trusts every byte; these bounds are what a document may ask of everybody else in the room. */
export const updateBounds = {
  depth: 64,
  structs: 100_000,
  deletes: 100_000,
  /** Length an update may claim without bytes for it: collected and deleted structs. */
  emptyLength: 2_000_000,
  clock: 2 ** 31,
  /** Structs looked at to find whether the neighbours an update names are in order. */
  steps: 1_000_000,
} as const

export class UpdateRefused extends Error {
  constructor(
    readonly code: DocumentCodeName,
    message: string,
  ) {
    super(message)
    this.name = 'UpdateRefused'
  }
}

export interface Range {
  client: number
  from: number
  to: number
}

/** What an update says about itself, read without applying it. */
export interface Inspected {
  ranges: Range[]
  /** Parts of `ranges` that the update leaves out. */
  holes: Range[]
  /** Per other client, the clock that must be known before this update can be applied. */
  needs: Map<number, number>
  deletes: Range[]
}

/** Decodes and bounds an update. Throws {@link UpdateRefused}; touches no document. */
export function inspectUpdate(update: Uint8Array): Inspected {
  let decoded: ReturnType<typeof Y.decodeUpdate>
  try {
    decoded = Y.decodeUpdate(update)
  } catch {
    throw bad('it does not decode')
  }
  if (decoded.structs.length > updateBounds.structs) throw bad('too many structs')
  const found: Inspected = { ranges: [], holes: [], needs: new Map(), deletes: [] }
  const seen = new Set<number>()
  let empty = 0
  for (const struct of decoded.structs) {
    const { client, clock } = struct.id
    if (struct.length < 1) throw bad('empty struct')
    const to = clock + struct.length
    if (!(to <= updateBounds.clock)) throw bad('clock out of bounds')
    const last = found.ranges.at(-1)
    if (last !== undefined && last.client === client) {
      last.to = to
    } else {
      // Yjs keeps only the last of two runs of one client and drops the first without a word.
      if (seen.has(client) || client < 1 || !Number.isSafeInteger(client)) throw bad('client listed twice')
      seen.add(client)
      found.ranges.push({ client, from: clock, to })
    }
    if (struct instanceof Y.Item) {
      inspectItem(struct, found)
      if (struct.content instanceof Y.ContentDeleted) empty += struct.length
    } else {
      if (struct instanceof Y.Skip) found.holes.push({ client, from: clock, to })
      empty += struct.length
    }
  }
  if (empty > updateBounds.emptyLength) throw bad('claims length without content')
  inspectDeletes(decoded.ds, found)
  return found
}

function inspectItem(item: Y.Item, found: Inspected): void {
  const parent = item.parent instanceof Y.ID ? item.parent : null
  for (const id of [item.origin, item.rightOrigin, parent]) {
    if (id === null) continue
    if (id.client === item.id.client) {
      if (id.clock >= item.id.clock) throw bad('refers to its own future')
    } else {
      found.needs.set(id.client, Math.max(found.needs.get(id.client) ?? 0, id.clock + 1))
    }
  }
  const { content } = item
  if (content instanceof Y.ContentDoc) throw bad('documents within documents are not stored here')
  else if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) boundDepth(content.arr)
  else if (content instanceof Y.ContentEmbed) boundDepth(content.embed)
  else if (content instanceof Y.ContentFormat) boundDepth(content.value)
}

function inspectDeletes(set: ReturnType<typeof Y.decodeUpdate>['ds'], found: Inspected): void {
  for (const [client, deletes] of set.clients) {
    for (const { clock, len } of deletes) {
      if (!(clock + len <= updateBounds.clock)) throw bad('deletes beyond bounds')
      found.deletes.push({ client, from: clock, to: clock + len })
    }
    if (found.deletes.length > updateBounds.deletes) throw bad('too many deletes')
  }
}

function boundDepth(value: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null || ArrayBuffer.isView(next.value)) continue
    if (next.depth > updateBounds.depth) throw bad('nested too deep')
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 })
  }
}

/** How an update stands to a document: nothing new, something new, or built on what is not there. */
export type Standing = { kind: 'nothing' } | { kind: 'gap' } | { kind: 'change'; fresh: Range[] }

export function standingOf(doc: Y.Doc, update: Inspected): Standing {
  const { store } = doc
  const fresh: Range[] = []
  const after = new Map<number, number>()
  for (const range of update.ranges) {
    const known = Y.getState(store, range.client)
    if (range.to <= known) continue
    if (range.from > known) return { kind: 'gap' }
    fresh.push({ client: range.client, from: known, to: range.to })
    after.set(range.client, range.to)
  }
  const known = (client: number) => after.get(client) ?? Y.getState(store, client)
  for (const hole of update.holes) if (Y.getState(store, hole.client) < hole.to) return { kind: 'gap' }
  let deletes = false
  for (const range of update.deletes) {
    if (known(range.client) < range.to) return { kind: 'gap' }
    deletes ||= !isDeleted(doc, range)
  }
  if (fresh.length === 0 && !deletes) return { kind: 'nothing' }
  // Yjs asks this of structs it has, too.
  for (const [client, clock] of update.needs) if (known(client) < clock) return { kind: 'gap' }
  return { kind: 'change', fresh }
}

function isDeleted(doc: Y.Doc, range: Range): boolean {
  const structs = doc.store.clients.get(range.client)
  if (structs === undefined || range.from >= Y.getState(doc.store, range.client)) return false
  for (let i = Y.findIndexSS(structs, range.from); i < structs.length; i++) {
    const struct = structs[i]
    if (struct === undefined || struct.id.clock >= range.to) break
    if (!struct.deleted) return false
  }
  return true
}

/**
 * Looks at the structs just applied, before Yjs tidies them up, for what no editor writes and replicas would
 * place differently: neighbours of different parents or in the wrong order, and containers nested too deep.
 * Throws {@link UpdateRefused}; the document must then be thrown away.
 */
export function boundShape(doc: Y.Doc, fresh: readonly Range[]): void {
  let steps = 0
  for (const range of fresh) {
    const structs = doc.store.clients.get(range.client) ?? []
    for (let i = Y.findIndexSS(structs, range.from); i < structs.length; i++) {
      const struct = structs[i]
      if (struct === undefined || struct.id.clock >= range.to) break
      if (!(struct instanceof Y.Item)) continue
      if (struct.content instanceof Y.ContentType) boundNesting(struct)
      steps = boundNeighbours(doc, struct, steps)
    }
  }
}

function boundNesting(container: Y.Item): void {
  let item: Y.Item | null = container
  for (let depth = 0; item !== null; depth++) {
    if (depth > updateBounds.depth) throw bad('nested too deep')
    item = item.parent instanceof Y.AbstractType ? item.parent._item : null
  }
}

function boundNeighbours(doc: Y.Doc, item: Y.Item, steps: number): number {
  const left = item.origin === null ? null : itemAt(doc, item.origin)
  const right = item.rightOrigin === null ? null : itemAt(doc, item.rightOrigin)
  for (const neighbour of [left, right]) {
    if (neighbour === null) continue
    if (neighbour.parent !== item.parent || neighbour.parentSub !== item.parentSub)
      throw bad('its neighbours have other parents')
  }
  if (right !== null && item.parentSub !== null) throw bad('a value of a key has nothing to its right')
  if (left === null || right === null) return steps
  for (let at = left.right; at !== right; at = at.right) {
    steps++
    if (at === null || steps > updateBounds.steps) throw bad('its neighbours are in the wrong order')
  }
  return steps
}

function itemAt(doc: Y.Doc, id: Y.ID): Y.Item | null {
  const found = Y.getItem(doc.store, id)
  return found instanceof Y.Item ? found : null
}

/** True when Yjs holds back something it could not place: such a document must not be kept. */
export function hasPending(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null
}

function bad(why: string): UpdateRefused {
  return new UpdateRefused('badUpdate', why)
}
