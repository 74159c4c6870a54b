import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { editorVocabulary } from '../../../client/components/editor/extensions.ts'
import { plainTree } from '../../../client/components/editor/plain-tree.ts'
import { findUnknown, findUnknownIn } from '../../../client/components/editor/schema-scan.ts'

const vocabulary = editorVocabulary()

function fragment(fill: (root: Y.XmlFragment) => void): { root: Y.XmlFragment; doc: Y.Doc } {
  const doc = new Y.Doc()
  const root = doc.getXmlFragment('document')
  doc.transact(() => fill(root))
  return { root, doc }
}

function paragraph(text: string, marks: Record<string, unknown> = {}): Y.XmlElement {
  const node = new Y.XmlElement('paragraph')
  const inner = new Y.XmlText()
  inner.insert(0, text, marks)
  node.insert(0, [inner])
  return node
}

function heading(attributes: Record<string, string | number>): Y.XmlElement {
  const node = new Y.XmlElement<Record<string, string | number>>('heading')
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node as unknown as Y.XmlElement
}

describe('scanning a document before it is bound', () => {
  it('knows everything the editor itself writes', () => {
    const { root } = fragment((r) => {
      const list = new Y.XmlElement('bulletList')
      const item = new Y.XmlElement('listItem')
      item.insert(0, [paragraph('one', { bold: {}, code: {} })])
      list.insert(0, [item])
      r.insert(0, [
        heading({ level: 2, sectionId: 'summary' }),
        paragraph('two', { link: { href: 'https://example.org', target: null, rel: null, class: null } }),
        list,
        new Y.XmlElement('codeBlock'),
        new Y.XmlElement('horizontalRule'),
      ])
    })
    expect(findUnknown(root, vocabulary)).toBeNull()
  })

  it('accepts a mark whose name carries a hash', () => {
    const { root } = fragment((r) => r.insert(0, [paragraph('x', { 'bold--AbCd12+/': {} })]))
    expect(findUnknown(root, vocabulary)).toBeNull()
  })

  it.each<[string, (r: Y.XmlFragment) => void, object]>([
    ['a node', (r) => r.insert(0, [new Y.XmlElement('poll')]), { kind: 'node', name: 'poll' }],
    [
      'a node deep inside',
      (r) => {
        const quote = new Y.XmlElement('blockquote')
        quote.insert(0, [new Y.XmlElement('poll')])
        r.insert(0, [paragraph('x'), quote])
      },
      { kind: 'node', name: 'poll' },
    ],
    [
      'an attribute',
      (r) => r.insert(0, [heading({ level: 2, owner: 'maya' })]),
      { kind: 'node-attribute', name: 'heading.owner' },
    ],
    ['a mark', (r) => r.insert(0, [paragraph('x', { glow: {} })]), { kind: 'mark', name: 'glow' }],
    [
      'an attribute of a mark',
      (r) => r.insert(0, [paragraph('x', { link: { href: 'https://example.org', tone: 'red' } })]),
      { kind: 'mark-attribute', name: 'link.tone' },
    ],
    [
      'something embedded in text',
      (r) => {
        const node = new Y.XmlElement('paragraph')
        const text = new Y.XmlText()
        text.insertEmbed(0, { chip: 1 })
        node.insert(0, [text])
        r.insert(0, [node])
      },
      { kind: 'embed', name: 'embed' },
    ],
  ])('stops at %s it does not know', (_what, fill, found) => {
    expect(findUnknown(fragment(fill).root, vocabulary)).toEqual(found)
  })

  it('changes no byte, neither by looking nor by copying', () => {
    const { root, doc } = fragment((r) =>
      r.insert(0, [paragraph('keep me', { glow: {} }), new Y.XmlElement('poll')]),
    )
    const before = Y.encodeStateAsUpdate(doc)
    findUnknown(root, vocabulary)
    expect(plainTree(root)).toEqual([
      {
        kind: 'element',
        name: 'paragraph',
        level: null,
        children: [{ kind: 'text', text: 'keep me', marks: ['glow'] }],
      },
      { kind: 'element', name: 'poll', level: null, children: [] },
    ])
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
  })
})

describe('watching a bound document', () => {
  function watch(change: (root: Y.XmlFragment) => void) {
    const { root, doc } = fragment((r) => r.insert(0, [paragraph('one'), paragraph('two')]))
    const found: unknown[] = []
    root.observeDeep((events) => found.push(findUnknownIn(events, vocabulary)))
    doc.transact(() => change(root))
    return found
  }

  it('sees a stranger in a new node, in an attribute and in a mark', () => {
    const quote = new Y.XmlElement('blockquote')
    quote.insert(0, [new Y.XmlElement('poll')])
    expect(watch((root) => root.insert(1, [quote]))).toEqual([{ kind: 'node', name: 'poll' }])
    expect(watch((root) => (root.get(0) as Y.XmlElement).setAttribute('owner', 'maya'))).toEqual([
      { kind: 'node-attribute', name: 'paragraph.owner' },
    ])
    expect(
      watch((root) => ((root.get(0) as Y.XmlElement).get(0) as Y.XmlText).format(0, 2, { glow: {} })),
    ).toEqual([{ kind: 'mark', name: 'glow' }])
  })

  it('lets known changes and deletions pass', () => {
    expect(watch((root) => root.insert(1, [paragraph('three', { bold: {} })]))).toEqual([null])
    expect(watch((root) => root.delete(0, 1))).toEqual([null])
  })
})
