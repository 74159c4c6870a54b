import { InputRule, Mark, markPasteRule } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'

/** Addresses that a document shows as links. Others in it, from elsewhere, stay words. */
const shown = /^(?:https?:\/\/|mailto:)[^\s<>]+$/i
/** Addresses that a paste or a letter typed makes a link of. */
const made = /https:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g

/** The address when it is one to follow, or null. */
export function linkTo(href: unknown): string | null {
  return typeof href === 'string' && shown.test(href) ? href : null
}

/**
 * Links without a list of top-level domains: what begins with `https://` becomes one when it is typed or pasted.
 * A click follows it where nobody writes; where somebody does, a click with Ctrl or ⌘.
 */
export const Link = Mark.create({
  name: 'link',
  priority: 1000,
  keepOnSplit: false,
  inclusive: false,

  // `target`, `rel`, `class` and `title` are known because other editors write them; none is drawn.
  addAttributes() {
    const known = { default: null, rendered: false, parseHTML: () => null }
    return {
      href: { default: null, parseHTML: (element: HTMLElement) => element.getAttribute('href') },
      target: known,
      rel: known,
      class: known,
      title: known,
    }
  },

  parseHTML() {
    return [{ tag: 'a[href^="https://"]' }]
  },

  renderHTML({ mark }) {
    const href = linkTo(mark.attrs.href)
    return href === null ? ['span', 0] : ['a', { href, rel: 'noopener noreferrer', target: '_blank' }, 0]
  },

  addInputRules() {
    return [
      new InputRule({
        find: /(?:^|\s)(https:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])[.,;:!?)\]}]*\s$/,
        handler: ({ state, range, match }) => {
          const href = match[1]
          if (href === undefined) return null
          const from = range.from + match[0].indexOf(href)
          const to = from + href.length
          const space = match[0].slice(-1)
          state.tr.addMark(from, to, this.type.create({ href }))
          state.tr.removeStoredMark(this.type)
          // The rule takes the place of the key that was pressed.
          state.tr.insertText(space, range.to)
          return undefined
        },
      }),
    ]
  },

  addPasteRules() {
    return [markPasteRule({ find: made, type: this.type, getAttributes: (match) => ({ href: match[0] }) })]
  },

  addProseMirrorPlugins() {
    const { type } = this
    return [
      new Plugin({
        props: {
          handleClick(view, _at, event) {
            const link = event.target instanceof Element ? event.target.closest('a[href]') : null
            if (!(link instanceof HTMLAnchorElement) || event.button !== 0) return false
            if (view.editable && !event.metaKey && !event.ctrlKey) return false
            window.open(link.href, '_blank', 'noopener,noreferrer')
            return true
          },
          // An address pasted over words becomes their link.
          handlePaste(view, event) {
            const text = event.clipboardData?.getData('text/plain').trim() ?? ''
            const { selection, tr } = view.state
            if (selection.empty || !text.startsWith('https://') || linkTo(text) === null) return false
            if (!selection.$from.sameParent(selection.$to) || selection.$from.parent.type.spec.code === true)
              return false
            view.dispatch(tr.addMark(selection.from, selection.to, type.create({ href: text })))
            return true
          },
        },
      }),
    ]
  },
})
