const cursorMs = 3_000

/** Keeps the screen on where the browser allows it; asked again whenever the page comes back. Gives a way to stop. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let stopped = false
  const ask = async () => {
    // Missing on plain http; a wall there keeps its screen on by its own settings.
    if (stopped || document.visibilityState !== 'visible' || navigator.wakeLock === undefined) return
    lock = await navigator.wakeLock.request('screen').catch(() => null)
  }
  const seen = () => void ask()
  document.addEventListener('visibilitychange', seen)
  void ask()
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', seen)
    void lock?.release()
  }
}

/** Hides the cursor after 3 s without a move. */
export function hideCursor(root: HTMLElement): () => void {
  const hide = () => root.classList.add('quiet-cursor')
  let timer = setTimeout(hide, cursorMs)
  const moved = () => {
    root.classList.remove('quiet-cursor')
    clearTimeout(timer)
    timer = setTimeout(hide, cursorMs)
  }
  addEventListener('pointermove', moved)
  return () => {
    clearTimeout(timer)
    removeEventListener('pointermove', moved)
  }
}

export function toggleFullScreen(): void {
  const change =
    document.fullscreenElement === null
      ? document.documentElement.requestFullscreen()
      : document.exitFullscreen()
  // Refused without a gesture or by the browser's policy: the wall stays as it is.
  change.catch(() => {})
}

/** Loads the page again when the server has another version of it. A wall has nobody to press reload. */
export async function reloadWhenNewer(): Promise<void> {
  const own = scriptOf(document.documentElement.outerHTML)
  try {
    const page = await fetch('/wall', { cache: 'no-store' })
    if (!page.ok) return
    const theirs = scriptOf(await page.text())
    if (own !== null && theirs !== null && own !== theirs) location.reload()
  } catch {
    // Cut off again: the next return asks again.
  }
}

function scriptOf(html: string): string | null {
  return /\/assets\/wall-[\w-]+\.js/.exec(html)?.[0] ?? null
}
