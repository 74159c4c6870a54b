import type { BrowserContext, Page } from 'playwright-core'

/** One shift as the browser counts it, with the nodes that moved and where each stood before and after. */
export interface Shift {
  readonly value: number
  readonly moved: readonly string[]
}

/** What the browser tells of a shift; TypeScript's list of entries does not know it yet. */
interface ToldShift extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly {
    readonly node: Node | null
    readonly previousRect: DOMRectReadOnly
    readonly currentRect: DOMRectReadOnly
  }[]
}

declare global {
  interface Window {
    /** What has moved since the page began, or since it was last asked. */
    shiftsSoFar?: () => Shift[]
  }
}

/**
 * Watches every page this context opens from now on for what moves by itself, from its first paint on. What moves
 * within half a second of a key or a press is the answer to it and left out, as the browser's own figure does.
 */
export async function watchShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen: Shift[] = []
    const place = ({ x, y, width, height }: DOMRectReadOnly) => `${width}x${height} at ${x},${y}`
    const named = (node: Node | null) => {
      const element = node instanceof Element ? node : node?.parentElement
      if (element == null) return 'a node that is gone'
      const words = (node?.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 40)
      return `${element.localName}.${[...element.classList].join('.')} "${words}"`
    }
    const note = (entries: PerformanceEntryList) => {
      for (const entry of entries) {
        // Sound: the observer below asks for this type alone.
        const { value, hadRecentInput, sources } = entry as ToldShift
        if (hadRecentInput) continue
        const moved = sources.map(
          ({ node, previousRect, currentRect }) =>
            `${named(node)} from ${place(previousRect)} to ${place(currentRect)}`,
        )
        seen.push({ value, moved })
      }
    }
    const observer = new PerformanceObserver((list) => note(list.getEntries()))
    observer.observe({ type: 'layout-shift', buffered: true })
    window.shiftsSoFar = () => {
      note(observer.takeRecords())
      return seen.splice(0)
    }
  })
}

/** What moved by itself since this was last asked, once three more frames are drawn. */
export function shiftsOf(page: Page): Promise<Shift[]> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
    if (window.shiftsSoFar === undefined) throw new Error('This page is not watched.')
    return window.shiftsSoFar()
  })
}
