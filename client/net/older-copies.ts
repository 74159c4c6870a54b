import * as Y from 'yjs'
import { bringsWords } from './document-socket.ts'
import { changesOf, copiesOf, forgetCopy } from './storage/document-copy.ts'
import type { Keeper } from './storage/keeper.ts'

/** Where a copy of one document is kept; another epoch is another copy. */
export function copyName(document: string, epoch: number): string {
  return `${document}/${epoch}`
}

/**
 * Clears the copies of other epochs of a document that is in step with the server as `doc`. What only such a copy
 * holds is handed to `found` first, and goes when that is done: somebody typed it while cut off, and access changed
 * before it was sent.
 */
export async function clearOlderCopies(
  { keeper, name, epoch }: { keeper: Keeper | null; name: string; epoch: number },
  doc: Y.Doc,
  found: (change: Uint8Array) => Promise<void>,
): Promise<void> {
  if (keeper === null) return
  for (const other of await copiesOf(keeper, `${name}/`)) {
    if (other === copyName(name, epoch)) continue
    const changes = await changesOf(keeper, other)
    if (changes.length > 0) {
      const missing = Y.diffUpdate(Y.mergeUpdates(changes), Y.encodeStateVector(doc))
      if (bringsWords(missing)) await found(missing)
    }
    await forgetCopy(keeper, other)
  }
}
