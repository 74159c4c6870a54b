const key = 'muster.single-keys'

/** Whether single letters open things; some people switch them off, because a voice or a slip types them. */
export function singleKeysOn(): boolean {
  try {
    return localStorage.getItem(key) !== 'off'
  } catch {
    return true
  }
}

export function switchSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(key)
    else localStorage.setItem(key, 'off')
  } catch {
    // A browser that keeps nothing keeps the default.
  }
}

/**
 * The single key somebody pressed as a shortcut, in lower case; null with a modifier, in a field, inside a dialog
 * or a menu, or when single keys are switched off.
 */
export function singleKey(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return null
  if (event.defaultPrevented || event.key.length !== 1 || !singleKeysOn()) return null
  const target = event.target
  if (target instanceof HTMLElement) {
    if (target.isContentEditable || target.closest('input, textarea, select, dialog, [role=menu]') !== null)
      return null
  }
  return event.key.toLowerCase()
}
