const cursorMs = 3_000

/** Whether the browser keeps this screen on, and if not, why. */
export type Awake = 'held' | 'plain-http' | 'refused'

/**
 * Keeps the screen on where the browser allows it; asked again whenever the page comes back or the lock was taken
 * away. `tell` hears each change. Gives a way to stop.
 */
export function keepAwake(tell: (awake: Awake) => void): () => void {
  let lock: WakeLockSentinel | null = null
  let stopped = false
  const ask = async () => {
    if (stopped || document.visibilityState !== 'visible') return
    if (navigator.wakeLock === undefined) return tell(window.isSecureContext ? 'refused' : 'plain-http')
    lock = await navigator.wakeLock.request('screen').catch(() => null)
    lock?.addEventListener('release', () => {
      if (!stopped) tell('refused')
    })
    tell(lock === null ? 'refused' : 'held')
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
