import * as Y from 'yjs'
import type { DocumentSection } from '../../shared/playbook/model.ts'

export { documentSchema } from '../../shared/protocol/document-codes.ts'

/** Writes the template and nothing else; no connection may ever claim it. */
export const systemClientId = 1

/**
 * The first content of `main` as one Yjs update: per section a heading of level 2 that carries the stable
 * `sectionId`, and an empty paragraph, in the node names of the editor. Same sections, same bytes.
 */
export function buildTemplate(sections: readonly Pick<DocumentSection, 'id' | 'title'>[]): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = systemClientId
  const root = doc.getXmlFragment('document')
  doc.transact(() => {
    for (const section of sections) root.push([heading(section), new Y.XmlElement('paragraph')])
    if (sections.length === 0) root.push([new Y.XmlElement('paragraph')])
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

type HeadingAttributes = { level: number; sectionId: string }

function heading(section: Pick<DocumentSection, 'id' | 'title'>): Y.XmlElement {
  const node = new Y.XmlElement<HeadingAttributes>('heading')
  node.setAttribute('level', 2)
  node.setAttribute('sectionId', section.id)
  node.insert(0, [new Y.XmlText(section.title)])
  // Yjs types the attributes of a child as strings only, though it stores numbers as they are.
  return node as Y.XmlElement
}
