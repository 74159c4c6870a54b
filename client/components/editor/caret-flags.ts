import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { Awareness } from 'y-protocols/awareness'

/**
 * Where the name flag of a caret stands: to the right when the line has room there, else above it. A caret that
 * moves shows its flag again; at rest the flag fades to a dot by style alone. Touches nothing but the carets.
 */
export const CaretFlags = Extension.create<{ awareness: Awareness | null }>({
  name: 'caretFlags',

  addOptions() {
    return { awareness: null }
  },

  addProseMirrorPlugins() {
    const { awareness } = this.options
    if (awareness === null) return []
    return [
      new Plugin({
        view(view) {
          const places = new Map<number, string>()
          const moved = new Set<string>()
          let asked = 0
          const draw = () => {
            asked = 0
            for (const bar of view.dom.querySelectorAll<HTMLElement>('.caret')) {
              placeFlag(bar, view.dom)
              if (!moved.has(bar.dataset.client ?? '')) continue
              for (const animation of bar.querySelector('.caret-flag')?.getAnimations() ?? []) {
                animation.cancel()
                animation.play()
              }
            }
            moved.clear()
          }
          const ask = () => {
            if (asked === 0) asked = requestAnimationFrame(draw)
          }
          const changed = () => {
            for (const [client, state] of awareness.getStates()) {
              const place = JSON.stringify(state.cursor ?? null)
              if (client === awareness.clientID || places.get(client) === place) continue
              places.set(client, place)
              moved.add(String(client))
            }
            if (moved.size > 0) ask()
          }
          awareness.on('change', changed)
          return {
            update(_view, before) {
              if (before.doc !== view.state.doc && view.dom.querySelector('.caret') !== null) ask()
            },
            destroy() {
              cancelAnimationFrame(asked)
              awareness.off('change', changed)
            },
          }
        },
      }),
    ]
  },
})

/** Room to the right: no letter of the same line stands there, and the flag ends inside the text's column. */
function placeFlag(bar: HTMLElement, sheet: HTMLElement): void {
  const flag = bar.querySelector<HTMLElement>('.caret-flag')
  const block = bar.parentElement
  if (flag === null || block === null) return
  const here = bar.getBoundingClientRect()
  const rest = document.createRange()
  rest.setStartAfter(bar)
  rest.setEndAfter(block.lastChild ?? bar)
  const taken = [...rest.getClientRects()].some(
    (box) => box.width > 1 && box.top < here.bottom - 2 && box.bottom > here.top + 2,
  )
  const inside = here.right + flag.scrollWidth + 4 <= sheet.getBoundingClientRect().right
  bar.classList.toggle('above', taken || !inside)
}
