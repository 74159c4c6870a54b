import * as Y from 'yjs'

/** A document as plain data, in the names of the editor: what ProseMirror calls JSON. */
export interface DocumentContent {
  type: string
  attrs?: Record<string, unknown>
  content?: DocumentContent[]
  text?: string
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

/** Reads a fragment as the editor would. Nodes it does not know are kept as they are. Changes nothing. */
export function documentContent(root: Y.XmlFragment): DocumentContent {
  return { type: 'doc', content: root.toArray().flatMap(nodes) }
}

function nodes(child: unknown): DocumentContent[] {
  if (child instanceof Y.XmlText) return texts(child)
  if (!(child instanceof Y.XmlElement)) return []
  // Yjs types attributes as strings, though it keeps numbers and truth values as they are.
  const attrs: Record<string, unknown> = child.getAttributes()
  const content = child.toArray().flatMap(nodes)
  return [
    {
      type: child.nodeName,
      ...(Object.keys(attrs).length === 0 ? {} : { attrs }),
      ...(content.length === 0 ? {} : { content }),
    },
  ]
}

function texts(text: Y.XmlText): DocumentContent[] {
  const delta: { insert: unknown; attributes?: Record<string, unknown> }[] = text.toDelta()
  return delta.flatMap(({ insert, attributes = {} }) => {
    if (typeof insert !== 'string' || insert === '') return []
    const marks = Object.entries(attributes).map(([name, value]) => {
      // A mark that may stand several times at one place carries a hash of its attributes behind its name.
      const type = name.split('--')[0] ?? name
      const attrs = typeof value === 'object' && value !== null ? { ...value } : {}
      return Object.keys(attrs).length === 0 ? { type } : { type, attrs }
    })
    return [{ type: 'text', text: insert, ...(marks.length === 0 ? {} : { marks }) }]
  })
}
