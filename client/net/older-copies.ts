import { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import { bringsWords } from './document-socket.ts'

/** Where one person's copy of one document is kept; another epoch is another copy. */
export function copyName(person: string, document: string, epoch: number): string {
  return `${copiesOf(person, document)}${epoch}`
}

function copiesOf(person: string, document: string): string {
  return `muster/${person}/${document}/`
}

/**
 * Clears the copies of other epochs of a document that is in step with the server as `doc`. What only such a copy
 * holds is handed to `found` first: somebody typed it while cut off, and access changed before it was sent.
 * Browsers that do not tell which databases they have keep them.
 */
export async function clearOlderCopies(
  place: { person: string; name: string; epoch: number },
  doc: Y.Doc,
  found: (change: Uint8Array) => void,
): Promise<void> {
  if (typeof indexedDB === 'undefined' || indexedDB.databases === undefined) return
  const current = copyName(place.person, place.name, place.epoch)
  const known = await indexedDB.databases()
  for (const { name } of known) {
    if (name === undefined || name === current || !name.startsWith(copiesOf(place.person, place.name)))
      continue
    const copy = new Y.Doc()
    const store = new IndexeddbPersistence(name, copy)
    await store.whenSynced
    const missing = Y.encodeStateAsUpdate(copy, Y.encodeStateVector(doc))
    if (bringsWords(missing)) found(missing)
    await store.clearData()
    copy.destroy()
  }
}
