import * as Y from 'yjs'
import { Random } from '../helpers/random.ts'

/** A word that stands in the last paragraph of every document made here. */
export const lastWord = 'endofdocument'

export interface History {
  /** One Yjs update an edit, in order. */
  updates: Uint8Array[]
  /** The state they make. */
  state: Uint8Array
}

/**
 * A document as a long incident leaves it: several authors type in bursts of letters at random places of many
 * paragraphs and take some letters back, until there were `edits` of them. The same for the same `template`.
 */
export function writeHistory(template: Uint8Array, edits: number): History {
  const random = new Random(7)
  const whole = (below: number) => Math.floor(random.next() * below)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, template)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const authors = [1_001, 1_002, 1_003, 1_004, 1_005]
  const texts: Y.XmlText[] = []
  const paragraph = (words: string) => {
    const node = new Y.XmlElement('paragraph')
    const text = new Y.XmlText(words)
    node.insert(0, [text])
    doc.getXmlFragment('document').push([node])
    texts.push(text)
  }
  doc.clientID = authors[0] ?? 1_001
  for (let i = 0; i < 300; i++) paragraph('Begun. ')
  while (updates.length < edits - 1) {
    doc.clientID = authors[whole(authors.length)] ?? 1_001
    const text = texts[whole(texts.length)]
    if (text === undefined) break
    let at = whole(text.length + 1)
    const burst = 5 + whole(20)
    for (let i = 0; i < burst && updates.length < edits - 1; i++) {
      if (at > 0 && random.next() < 0.12) text.delete(--at, 1)
      else text.insert(at++, random.next() < 0.16 ? ' ' : String.fromCharCode(97 + whole(26)))
    }
  }
  paragraph(lastWord)
  return { updates, state: Y.encodeStateAsUpdate(doc) }
}
