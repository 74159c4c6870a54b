import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { RoomFaults } from '../../server/documents/room-context.ts'

/** What goes wrong in the world of documents, so that a run can say whether it met all of it. */
export const faultKinds = [
  'hint lost',
  'hint repeated',
  'hint reordered',
  'frame lost',
  'frame repeated',
  'frame reordered',
  'commit failed',
  'commit of unknown outcome',
  'read failed',
  'node crashed',
  'crashed while committing',
  'client returned with offline work',
  'poisoned frame',
  'frame refused',
  'slow peer',
  'closed and reopened',
  'room freed',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Planted extends RoomFaults {
  /** Planted: nobody compares rooms with their rows. */
  noReread?: boolean
}

/** A broken promise, with the seed that breaks it. */
export class Broken extends Error {}

/** An insertion between two letters of which the right one comes first. */
export function wrongOrder(client: number, left: Y.ID, right: Y.ID): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const item = new Y.Item(
    Y.createID(client, 0),
    null,
    left,
    null,
    right,
    null,
    null,
    new Y.ContentString('!'),
  )
  const rest = encoder.restEncoder
  for (const number of [1, 1, client, 0]) encoding.writeVarUint(rest, number)
  item.write(encoder, 0)
  encoding.writeVarUint(rest, 0)
  return encoder.toUint8Array()
}
