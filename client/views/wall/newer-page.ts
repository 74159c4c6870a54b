const reloadedKey = 'muster.wall.reloaded'
/** Two versions behind one load balancer must not make a wall flicker. */
const atMostEveryMs = 10 * 60_000
const lookEveryMs = 15 * 60_000
/** Many walls do not come at the same moment. */
const jitterMs = 20_000

/**
 * Loads the page again when the server has another build of it: a wall has nobody to press reload. Looked for now
 * and then and whenever `look` is called, as after a cut; never while `mayReload` says that somebody would lose
 * something, and at most every ten minutes.
 */
export function watchForNewerPage(mayReload: () => boolean): { look: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout>
  const next = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), ms + Math.random() * jitterMs)
  }
  const check = async () => {
    next(lookEveryMs)
    if (mayReload() && Date.now() - reloadedAt() > atMostEveryMs && (await isNewer())) {
      noteReload()
      location.reload()
    }
  }
  next(lookEveryMs)
  return { look: () => next(0), stop: () => clearTimeout(timer) }
}

/** Whether the server has another page, whole: its script can be had too. */
async function isNewer(): Promise<boolean> {
  const own = scriptOf(document.documentElement.outerHTML)
  try {
    const page = await fetch('/wall', { cache: 'no-store' })
    if (!page.ok) return false
    const theirs = scriptOf(await page.text())
    if (own === null || theirs === null || own === theirs) return false
    return (await fetch(theirs)).ok
  } catch {
    // Cut off again: the next return asks again.
    return false
  }
}

function scriptOf(html: string): string | null {
  return /\/assets\/wall-[\w-]+\.js/.exec(html)?.[0] ?? null
}

function reloadedAt(): number {
  try {
    return Number(sessionStorage.getItem(reloadedKey) ?? 0)
  } catch {
    return 0
  }
}

function noteReload(): void {
  try {
    sessionStorage.setItem(reloadedKey, String(Date.now()))
  } catch {
    // A browser that keeps nothing reloads now and then once too often.
  }
}
