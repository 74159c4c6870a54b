import * as Y from 'yjs'

/** What an editor can draw: attribute names by node and by mark. */
export interface Vocabulary {
  nodes: ReadonlyMap<string, ReadonlySet<string>>
  marks: ReadonlyMap<string, ReadonlySet<string>>
}

/** The first thing in a document that an editor does not know. */
export interface UnknownPart {
  kind: 'node' | 'node-attribute' | 'mark' | 'mark-attribute' | 'embed'
  name: string
}

interface SchemaLike {
  nodes: Readonly<Record<string, { spec: { attrs?: object | null | undefined } }>>
  marks: Readonly<Record<string, { spec: { attrs?: object | null | undefined } }>>
}

/** The vocabulary of a ProseMirror schema. */
export function vocabularyOf(schema: SchemaLike): Vocabulary {
  const names = (types: SchemaLike['nodes']) =>
    new Map(
      Object.entries(types).map(
        ([name, type]) => [name, new Set(Object.keys(type.spec.attrs ?? {}))] as const,
      ),
    )
  return { nodes: names(schema.nodes), marks: names(schema.marks) }
}

// A mark that may stand several times at one place carries a hash of its attributes behind its name.
const hashed = /^(.*)--[a-zA-Z0-9+/=]{8}$/

/**
 * Looks for anything in `root` that the vocabulary does not hold; null when all of it can be drawn. Reads only.
 * The binding deletes a node whose creation throws and drops attributes it does not know, so this has to be
 * asked before the editor is bound and before each change from outside reaches it.
 */
export function findUnknown(root: Y.XmlFragment, vocabulary: Vocabulary): UnknownPart | null {
  for (const child of root.toArray()) {
    const found = unknownIn(child, vocabulary)
    if (found !== null) return found
  }
  return null
}

function unknownIn(type: unknown, vocabulary: Vocabulary): UnknownPart | null {
  if (type instanceof Y.XmlText) return unknownInText(type, vocabulary)
  if (!(type instanceof Y.XmlElement)) return { kind: 'node', name: 'unnamed' }
  const known = vocabulary.nodes.get(type.nodeName)
  if (known === undefined) return { kind: 'node', name: type.nodeName }
  for (const attribute of Object.keys(type.getAttributes())) {
    if (!known.has(attribute)) return { kind: 'node-attribute', name: `${type.nodeName}.${attribute}` }
  }
  return findUnknown(type, vocabulary)
}

function unknownInText(text: Y.XmlText, vocabulary: Vocabulary): UnknownPart | null {
  const delta: { insert: unknown; attributes?: Record<string, unknown> }[] = text.toDelta()
  for (const part of delta) {
    if (typeof part.insert !== 'string') return { kind: 'embed', name: 'embed' }
    for (const [key, value] of Object.entries(part.attributes ?? {})) {
      const name = hashed.exec(key)?.[1] ?? key
      const known = vocabulary.marks.get(name)
      if (known === undefined) return { kind: 'mark', name }
      if (typeof value !== 'object' || value === null) continue
      const stranger = Object.keys(value).find((attribute) => !known.has(attribute))
      if (stranger !== undefined) return { kind: 'mark-attribute', name: `${name}.${stranger}` }
    }
  }
  return null
}
