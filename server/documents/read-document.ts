import * as Y from 'yjs'
import { type DocumentText, documentText } from './document-markdown.ts'
import type { Journal } from './journal.ts'
import { loadReplica } from './replica.ts'

/** The committed document as one Yjs update, as of batch `seq`; undefined when there is none of that name. */
export async function readDocument(
  journal: Journal,
  name: string,
): Promise<{ update: Uint8Array; seq: number } | undefined> {
  const [row] = await journal.rows([name])
  if (row === undefined) return undefined
  const { doc, seq } = await loadReplica(journal, name)
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return { update, seq }
}

/** The committed document as text, for exports; undefined when there is none of that name. */
export async function readDocumentText(journal: Journal, name: string): Promise<DocumentText | undefined> {
  const [row] = await journal.rows([name])
  if (row === undefined) return undefined
  const { doc } = await loadReplica(journal, name)
  const text = documentText(doc)
  doc.destroy()
  return text
}
