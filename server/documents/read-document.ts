import { type DocumentText, documentText, type ReferenceWords } from './document-markdown.ts'
import type { Journal } from './journal.ts'
import { loadReplica } from './replica.ts'

/** The committed document as text, for exports; undefined when there is none of that name. */
export async function readDocumentText(
  journal: Journal,
  name: string,
  words?: ReferenceWords,
): Promise<DocumentText | undefined> {
  const [row] = await journal.rows([name])
  if (row === undefined) return undefined
  const { doc } = await loadReplica(journal, name)
  const text = documentText(doc, words)
  doc.destroy()
  return text
}
