import { mergeAttributes, Node } from '@tiptap/core'

export type ReferenceKind = 'task' | 'entry'

/** How a reference reads now. `unknown`: no such thing here; `waiting`: it is being asked for. */
export interface ReferenceLook {
  state: 'open' | 'done' | 'not-applicable' | 'entry' | 'struck' | 'unknown' | 'waiting'
  /** When an entry happened; null for tasks. */
  time: string | null
  words: string
  /** What the sign means, for those who cannot see it. */
  spoken: string
}

export interface ReferenceOffer {
  kind: ReferenceKind
  id: string
  time: string | null
  words: string
}

/** What the editor asks the room about tasks and entries. The document holds kind and id, never their words. */
export interface References {
  /** Calls `draw` now and whenever the look changes. @returns how to stop */
  watch(kind: ReferenceKind, id: string, draw: (look: ReferenceLook) => void): () => void
  /** Tasks and entries whose words fit, best first, a handful. */
  offer(query: string): readonly ReferenceOffer[]
}

export const noReferences: References = {
  watch(_kind, _id, draw) {
    draw({ state: 'unknown', time: null, words: 'Not found', spoken: 'Reference' })
    return () => {}
  },
  offer: () => [],
}

function kindOf(value: unknown): ReferenceKind {
  return value === 'entry' ? 'entry' : 'task'
}

/** A task or an entry in the text: an inline node that holds its id and shows what it says now. */
export const Reference = Node.create<{ references: References }>({
  name: 'reference',
  group: 'inline',
  inline: true,
  atom: true,
  selectable: true,

  addOptions() {
    return { references: noReferences }
  },

  addAttributes() {
    const held = (name: string) => ({
      default: null,
      parseHTML: (element: HTMLElement) => element.getAttribute(`data-${name}`),
      renderHTML: (attributes: Record<string, unknown>) => ({ [`data-${name}`]: attributes[name] }),
    })
    return { kind: held('kind'), id: held('id') }
  },

  parseHTML() {
    return [{ tag: 'span[data-kind][data-id]' }]
  },

  renderHTML({ HTMLAttributes }) {
    return ['span', mergeAttributes({ class: 'reference' }, HTMLAttributes)]
  },

  // A copy that leaves the room takes the words along.
  renderText({ node }) {
    let words = ''
    const stop = this.options.references.watch(kindOf(node.attrs.kind), String(node.attrs.id), (look) => {
      words = look.time === null ? look.words : `${look.time} ${look.words}`
    })
    stop()
    return words
  },

  addNodeView() {
    const { references } = this.options
    return ({ node }) => {
      const dom = document.createElement('span')
      dom.className = 'reference'
      dom.contentEditable = 'false'
      const kind = kindOf(node.attrs.kind)
      dom.dataset.kind = kind
      dom.dataset.id = String(node.attrs.id)
      const stop = references.watch(kind, String(node.attrs.id), (look) => drawReference(dom, look))
      return { dom, ignoreMutation: () => true, destroy: stop }
    }
  },
})

/** Writes a look into the chip: sign, time, words. */
export function drawReference(dom: HTMLElement, look: ReferenceLook): void {
  dom.dataset.state = look.state
  const sign = document.createElement('span')
  sign.className = 'reference-sign'
  sign.setAttribute('role', 'img')
  sign.setAttribute('aria-label', look.spoken)
  const words = document.createElement('span')
  words.className = 'reference-words'
  words.textContent = look.words
  const time = document.createElement('span')
  time.className = 'reference-time'
  time.textContent = look.time ?? ''
  dom.replaceChildren(sign, ...(look.time === null ? [] : [time]), words)
}
