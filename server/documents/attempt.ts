import * as Y from 'yjs'
import type { DocumentCodeName } from '../../shared/protocol/document-codes.ts'
import type { AuthoredUpdate } from './batch-body.ts'
import type { Entry, Member } from './member.ts'
import { changeOf, type Replica } from './replica.ts'
import { boundShape, hasPending, type Range, standingOf } from './update-check.ts'

/** What may be written at this moment. */
export interface Rights {
  writable: boolean
  /** Bytes the document may still grow by. */
  room: number
  /** Bytes that may still be added to the history. */
  history: number
  /** New client ids that may still be announced this hour: in the document, and by one person. */
  newClients: number
  newClientsOf(personId: string): number
}

export interface Attempt {
  /** Changed something; to be journaled as they came. */
  accepted: Entry[]
  /** Decided without a change: everything in them was there. */
  known: Entry[]
  refused: { entry: Entry; code: DocumentCodeName }[]
  /** Build on something this node does not know. */
  gaps: Entry[]
  updates: AuthoredUpdate[]
  claims: Map<number, string>
  /** The client ids and clocks that are new. */
  fresh: Range[]
  /** All accepted frames as one change; undefined when there is none. */
  change: Uint8Array | undefined
}

export interface AttemptFaults {
  /** Planted for the simulation: frames with gaps are taken as they are. */
  keepGaps?: boolean
}

/**
 * Tries frames on the document, in order and as one change. The document then runs ahead of the journal by
 * exactly this attempt. When it throws, the document is half changed and must be thrown away.
 */
export function tryEntries(
  replica: Replica,
  entries: readonly Entry[],
  rights: Rights,
  faults: AttemptFaults = {},
): Attempt {
  const attempt: Attempt = {
    accepted: [],
    known: [],
    refused: [],
    gaps: [],
    updates: [],
    claims: new Map(),
    fresh: [],
    change: undefined,
  }
  const ended = new Set<Member>()
  let { room, history } = rights
  attempt.change = changeOf(replica.doc, () => {
    for (const entry of entries) {
      if (entry.member.dismissed || ended.has(entry.member)) continue
      const standing = standingOf(replica.doc, entry.inspected)
      if (standing.kind === 'nothing') {
        attempt.known.push(entry)
        continue
      }
      const gap = standing.kind === 'gap'
      const fresh = gap ? [] : standing.fresh
      // A frame that builds on something unknown is judged once the journal was read again.
      if (!gap || entry.reread) {
        const code = refusalOf(replica, attempt, entry, fresh, { ...rights, room, history })
        if (code !== undefined) {
          attempt.refused.push({ entry, code })
          ended.add(entry.member)
          continue
        }
      }
      if (gap && faults.keepGaps !== true) {
        attempt.gaps.push(entry)
        continue
      }
      Y.applyUpdate(replica.doc, entry.update)
      boundShape(replica.doc, fresh)
      history -= entry.update.byteLength
      room -= fresh.length > 0 ? entry.update.byteLength : 0
      attempt.fresh.push(...fresh)
      attempt.accepted.push(entry)
      attempt.updates.push({ actorId: entry.member.peer.person.id, update: entry.update })
    }
  })
  if (faults.keepGaps !== true && hasPending(replica.doc)) throw new Error('Yjs holds back part of an update')
  return attempt
}

function refusalOf(
  replica: Replica,
  attempt: Attempt,
  entry: Entry,
  fresh: readonly Range[],
  rights: Rights,
): DocumentCodeName | undefined {
  const { peer } = entry.member
  if (!peer.canWrite) return 'readOnly'
  if (!rights.writable) return 'incidentClosed'
  if (entry.update.byteLength > rights.history) return 'historyFull'
  const claims: number[] = []
  for (const { client } of fresh) {
    const owner = replica.owners.get(client) ?? attempt.claims.get(client)
    if (owner === undefined) claims.push(client)
    else if (owner !== peer.person.id) return 'foreignClient'
  }
  // Deleting is always possible, or a full document could never be made smaller.
  if (fresh.length > 0 && entry.update.byteLength > rights.room) return 'tooLarge'
  if (claims.length > 0) {
    const person = peer.person.id
    const mine = [...attempt.claims.values()].filter((id) => id === person).length
    if (attempt.claims.size + claims.length > rights.newClients) return 'tooManyClients'
    if (mine + claims.length > rights.newClientsOf(person)) return 'tooManyClients'
  }
  for (const client of claims) attempt.claims.set(client, peer.person.id)
  return undefined
}
