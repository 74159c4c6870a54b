import { Walk } from './walk.ts'

/** Keys that lead to another row. */
const steps: ReadonlySet<string> = new Set(['ArrowDown', 'j', 'ArrowUp', 'k', 'Home', 'End'])

const inside = 'button, a[href], input, select, textarea'

/** What takes the focus of a row: the part marked for it, else the row. */
function focusOf(row: HTMLElement): HTMLElement {
  return row.querySelector<HTMLElement>('[data-focus]') ?? row
}

function partsOf(row: HTMLElement): HTMLElement[] {
  const parts = [...row.querySelectorAll<HTMLElement>(inside)].filter((p) => p.closest('[popover]') === null)
  const main = focusOf(row)
  return main === row ? [row, ...parts] : [main, ...parts.filter((part) => part !== main)]
}

/**
 * Where to go from a row by a key, for lists that hold only the rows in sight: the row it leads to once that is
 * there, null to stay, undefined for keys that are none of its business.
 */
export type FarStep = (row: HTMLElement, key: string) => Promise<HTMLElement | null> | null | undefined

/**
 * Makes a list one tab stop: arrows, J and K, Home and End move between its rows (`[data-row]`), right and left
 * into a row's buttons and back, Esc back to the row. Rows may come and go. `from` says where the first Tab lands,
 * `far` where arrows lead in a list that is longer than what the page holds of it.
 */
export function roving(from: 'first' | 'last' = 'first', far?: FarStep) {
  return (node: HTMLElement) => {
    const rows = () => [...node.querySelectorAll<HTMLElement>('[data-row]')]
    const rowOf = (part: EventTarget | null) =>
      part instanceof Element ? part.closest<HTMLElement>('[data-row]') : null
    let current: HTMLElement | null = null
    let visited = false

    const settle = () => {
      const all = rows()
      if (!visited || current === null || !node.contains(current))
        current = (from === 'first' ? all[0] : all.at(-1)) ?? null
      for (const row of all) {
        const main = focusOf(row)
        for (const part of partsOf(row)) {
          const index = part === main && row === current ? 0 : -1
          if (part.getAttribute('tabindex') !== String(index) && !isField(part)) part.tabIndex = index
        }
      }
    }
    const focused = (event: FocusEvent) => {
      const row = rowOf(event.target)
      if (row === null) return
      visited = true
      if (row === current) return
      if (current !== null) focusOf(current).tabIndex = -1
      focusOf(row).tabIndex = 0
      current = row
    }
    const target = (name: string, at: HTMLElement): HTMLElement | null => {
      const row = rowOf(at)
      if (row === null) return null
      const all = rows()
      const index = all.indexOf(row)
      switch (name) {
        case 'ArrowDown':
        case 'j':
          return all[index + 1] ?? null
        case 'ArrowUp':
        case 'k':
          return all[index - 1] ?? null
        case 'Home':
          return all[0] ?? null
        case 'End':
          return all.at(-1) ?? null
        case 'ArrowRight':
        case 'ArrowLeft': {
          const parts = partsOf(row)
          return parts[parts.indexOf(at) + (name === 'ArrowRight' ? 1 : -1)] ?? null
        }
        case 'Escape':
          return at === focusOf(row) ? null : row
        default:
          return null
      }
    }
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
      if (isField(event.target) || event.target.closest('[popover]') !== null) return
      const later = steps.has(event.key) && way.holds(event.key)
      if (!later && !step(event.key, event.target)) return
      event.preventDefault()
      event.stopPropagation()
    }
    /** A row that is far is not there in the frame of the key: keys pressed meanwhile go on from where it leads. */
    const way = new Walk()
    const step = (name: string, at: HTMLElement): boolean => {
      const row = rowOf(at)
      const away = row === null ? undefined : far?.(row, name)
      if (away === undefined) {
        const to = target(name, at)
        if (to !== null) go(to)
        return to !== null
      }
      if (away !== null) void walk(away, at)
      return true
    }
    const walk = async (away: Promise<HTMLElement | null>, from: HTMLElement) => {
      const { reached, waited } = await way.go(away)
      const here = document.activeElement
      // Whoever went elsewhere meanwhile stays there.
      if (here !== from && (from.isConnected || here !== document.body)) return
      if (reached !== null) go(reached)
      for (const name of waited) {
        if (!way.holds(name) && document.activeElement instanceof HTMLElement)
          step(name, document.activeElement)
      }
    }
    const go = (to: HTMLElement) => {
      const focus = to.matches('[data-row]') ? focusOf(to) : to
      focus.focus({ preventScroll: true })
      focus.scrollIntoView({ block: 'nearest' })
    }
    settle()
    const watch = new MutationObserver(settle)
    watch.observe(node, { childList: true, subtree: true })
    node.addEventListener('focusin', focused)
    node.addEventListener('keydown', key)
    return () => {
      watch.disconnect()
      node.removeEventListener('focusin', focused)
      node.removeEventListener('keydown', key)
    }
  }
}

/** Text fields keep their keys and their place in the tab order. */
function isField(part: HTMLElement): boolean {
  return part.matches('input:not([type=checkbox]), textarea, select')
}
