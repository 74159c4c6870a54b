/** Ends of a press. A menu of the browser, or another window, may take the release: then one of the last two comes. */
const ends = ['pointerup', 'pointercancel', 'contextmenu', 'blur'] as const

export interface Pressed {
  /** Whether something is pressed now. */
  readonly now: boolean
  stop: () => void
}

/**
 * Watches whether the first button of a pointer, or a finger, is down on something `inside`. `onrelease` is called
 * once when it no longer is, however it ended.
 */
export function watchPress(
  on: EventTarget,
  inside: (event: Event) => boolean,
  onrelease: () => void,
): Pressed {
  let now = false
  const press = (event: Event) => {
    // Other buttons press and select nothing; their menus swallow the release.
    if ('button' in event && event.button === 0) now = inside(event)
  }
  const release = () => {
    if (!now) return
    now = false
    onrelease()
  }
  on.addEventListener('pointerdown', press)
  for (const end of ends) on.addEventListener(end, release)
  return {
    get now() {
      return now
    },
    stop() {
      on.removeEventListener('pointerdown', press)
      for (const end of ends) on.removeEventListener(end, release)
    },
  }
}
