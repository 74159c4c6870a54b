import { toasts } from './toasts.svelte.ts'

/**
 * Parts of the page that nothing on screen needs yet: dialogs, the palette, the editing of a row. They come after the
 * first paint in a quiet moment, so that the first load is small, and a line that is cut later takes none of them away.
 */
type Load = () => Promise<unknown>

const waiting = new Set<Load>()
let begun = false
let asked = false
/** At the latest so long after the page has settled, ms. */
const patienceMs = 2_000

/**
 * Makes a part of the page that is fetched ahead. Call it once per part, outside of components, and the result where
 * the part is needed: it gives the part at once when it is there.
 * @throws (rejects) what the browser says when the part did not load; the next call tries again
 */
export function later<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null
  const part = () => {
    waiting.delete(part)
    loading ??= load().catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }
  waiting.add(part)
  if (begun) fetchSoon()
  return part
}

/** What people look at is drawn: from now on parts are fetched whenever the page is at rest. */
export function settled(): void {
  begun = true
  fetchSoon()
}

function fetchSoon(): void {
  if (asked || waiting.size === 0) return
  asked = true
  const fetchAll = () => {
    asked = false
    // One that does not load is asked for again when it is needed; that place says so.
    for (const part of [...waiting]) void part().catch(() => undefined)
  }
  if (typeof requestIdleCallback === 'undefined') setTimeout(fetchAll, patienceMs / 4)
  else requestIdleCallback(fetchAll, { timeout: patienceMs })
}

/** For the place of a part that did not load: takes back what asked for it, and says so. */
export function notLoaded(takeBack: () => void): () => void {
  return () => {
    takeBack()
    toasts.refused('This part of the page did not load. Try again when the line is back.')
  }
}
