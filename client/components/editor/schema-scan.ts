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

/**
 * The same question about what a transaction changed, for an observer that stands before the binding: only what
 * the events touch is looked at.
 */
export function findUnknownIn(
  events: readonly Y.YEvent<Y.AbstractType<unknown>>[],
  vocabulary: Vocabulary,
): UnknownPart | null {
  for (const event of events) {
    const target: unknown = event.target
    const found =
      target instanceof Y.XmlText || target instanceof Y.XmlElement ? shallow(target, vocabulary) : null
    if (found !== null) return found
    if (target instanceof Y.XmlText) continue
    for (const item of event.changes.added) {
      const content: unknown = item.content
      const inside =
        content instanceof Y.ContentType
          ? unknownIn(content.type, vocabulary)
          : content instanceof Y.ContentDeleted
            ? null
            : ({ kind: 'embed', name: 'embed' } as const)
      if (inside !== null) return inside
    }
  }
  return null
}

function unknownIn(type: unknown, vocabulary: Vocabulary): UnknownPart | null {
  if (type instanceof Y.XmlText) return unknownInText(type, vocabulary)
  if (!(type instanceof Y.XmlElement)) return { kind: 'node', name: 'unnamed' }
  return shallow(type, vocabulary) ?? findUnknown(type, vocabulary)
}

/** The node itself, without its children. */
function shallow(type: Y.XmlText | Y.XmlElement, vocabulary: Vocabulary): UnknownPart | null {
  if (type instanceof Y.XmlText) return unknownInText(type, vocabulary)
  const known = vocabulary.nodes.get(type.nodeName)
  if (known === undefined) return { kind: 'node', name: type.nodeName }
  const stranger = Object.keys(type.getAttributes()).find((attribute) => !known.has(attribute))
  return stranger === undefined ? null : { kind: 'node-attribute', name: `${type.nodeName}.${stranger}` }
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
