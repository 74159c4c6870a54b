import type { ContentNode } from '../../net/document-history.ts'
import type { PlainNode, PlainReference } from './plain-tree.ts'

/** One line or block of a document as words, for comparing two of its states. */
export interface PlainBlock {
  kind: 'heading' | 'text' | 'item' | 'check' | 'checked' | 'quote' | 'code' | 'row' | 'rule'
  /** Of a heading 1–6, of an item its depth from 1; else 0. */
  level: number
  text: string
}

/** What a reference says, in words. */
export type WordsOf = (of: PlainReference) => string

/** The words of a document, block by block, in order. Nodes nobody knows give the words inside. */
export function plainBlocks(nodes: readonly PlainNode[], wordsOf: WordsOf): PlainBlock[] {
  const out: PlainBlock[] = []
  for (const node of nodes) blocksOf(node, { kind: 'text', level: 0 }, wordsOf, out)
  return out
}

type Place = Pick<PlainBlock, 'kind' | 'level'>

function blocksOf(node: PlainNode, place: Place, wordsOf: WordsOf, out: PlainBlock[]): void {
  if (node.kind === 'text') {
    out.push({ ...place, text: node.text })
    return
  }
  const inside = (next: Place) => {
    for (const child of node.children) blocksOf(child, next, wordsOf, out)
  }
  const words = () => wordsIn(node.children, wordsOf)
  switch (node.name) {
    case 'heading':
      out.push({ kind: 'heading', level: node.level ?? 2, text: words() })
      return
    case 'paragraph':
      out.push({ ...place, text: words() })
      return
    case 'bulletList':
    case 'orderedList':
      inside({ kind: 'item', level: place.level + 1 })
      return
    case 'taskList':
      inside({ kind: 'check', level: place.level + 1 })
      return
    case 'taskItem':
      inside({ kind: node.checked === true ? 'checked' : 'check', level: place.level })
      return
    case 'listItem':
      inside(place)
      return
    case 'blockquote':
      inside({ kind: 'quote', level: 0 })
      return
    case 'codeBlock':
      out.push({ kind: 'code', level: 0, text: words() })
      return
    case 'tableRow':
      out.push({
        kind: 'row',
        level: 0,
        text: node.children
          .map((cell) => (cell.kind === 'element' ? wordsIn(cell.children, wordsOf).trim() : ''))
          .join(' | '),
      })
      return
    case 'horizontalRule':
      out.push({ kind: 'rule', level: 0, text: '' })
      return
    default:
      inside(place)
  }
}

function wordsIn(nodes: readonly PlainNode[], wordsOf: WordsOf): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text
      if (node.of !== undefined) return wordsOf(node.of)
      return node.name === 'hardBreak' ? '\n' : `${wordsIn(node.children, wordsOf)} `
    })
    .join('')
}

/** A document that came as data, as the same plain nodes as one read from a replica. */
export function plainOfContent(content: ContentNode): PlainNode[] {
  return (content.content ?? []).map((node): PlainNode => {
    if (node.type === 'text')
      return { kind: 'text', text: node.text ?? '', marks: (node.marks ?? []).map(({ type }) => type) }
    const { level, kind, id, checked } = node.attrs ?? {}
    return {
      kind: 'element',
      name: node.type,
      level: typeof level === 'number' ? level : null,
      ...(node.type === 'reference' && {
        of: { kind: kind === 'entry' ? 'entry' : 'task', id: String(id ?? '') },
      }),
      ...(checked === true && { checked: true }),
      children: plainOfContent(node),
    }
  })
}
