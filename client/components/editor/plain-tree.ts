import * as Y from 'yjs'

/** A document as data, for drawing it without an editor: nothing in it points back at the replica. */
export type PlainNode =
  | { kind: 'text'; text: string; marks: string[] }
  | {
      kind: 'element'
      name: string
      level: number | null
      /** What a reference names. */
      of?: PlainReference
      /** Of a check box that is ticked. */
      checked?: boolean
      children: PlainNode[]
    }

/** What a reference names. */
export interface PlainReference {
  kind: 'task' | 'entry'
  id: string
}

/** Copies a fragment. Reads only; what has no name becomes an element called `unknown`. */
export function plainTree(root: Y.XmlFragment): PlainNode[] {
  return root.toArray().flatMap(plain)
}

function plain(type: unknown): PlainNode[] {
  if (type instanceof Y.XmlText) {
    const delta: { insert: unknown; attributes?: object }[] = type.toDelta()
    return delta.map((part) => ({
      kind: 'text' as const,
      text: typeof part.insert === 'string' ? part.insert : '',
      marks: Object.keys(part.attributes ?? {}),
    }))
  }
  if (!(type instanceof Y.XmlElement))
    return [{ kind: 'element', name: 'unknown', level: null, children: [] }]
  const level = Number(type.getAttribute('level'))
  return [
    {
      kind: 'element',
      name: type.nodeName,
      level: Number.isInteger(level) && level > 0 ? Math.min(level, 6) : null,
      ...referenceOf(type),
      ...(String(type.getAttribute('checked')) === 'true' && { checked: true }),
      children: plainTree(type),
    },
  ]
}

function referenceOf(node: Y.XmlElement): { of?: PlainReference } {
  if (node.nodeName !== 'reference') return {}
  const kind = node.getAttribute('kind') === 'entry' ? 'entry' : 'task'
  return { of: { kind, id: String(node.getAttribute('id') ?? '') } }
}
