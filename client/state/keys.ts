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

/** Whether what is typed there is text: fields, editors, choices by letter. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role=textbox]') !== null) return true
  return target.matches('input:not([type=checkbox]), textarea, select')
}

/** What of a key press tells which key it was. */
export type Pressed = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'repeat'
>

/** The letter or sign that was pressed alone, in lower case; by its place where the layout has no Latin letters. */
export function letterOf(event: Pressed): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return null
  if (event.key.length !== 1) return null
  if (/^[\x20-\x7e]$/.test(event.key)) {
    const letter = event.key.toLowerCase()
    return event.shiftKey && letter !== letter.toUpperCase() ? null : letter
  }
  return /^Key[A-Z]$/.test(event.code) && !event.shiftKey ? event.code.slice(3).toLowerCase() : null
}

const apple = () => /Mac|iPhone|iPad/.test(navigator.platform)

/** Keys as they are printed on caps: `['⌘', 'K']`, `['G', 'D']`. */
export function capsOf(keys: string): string[] {
  return keys.split(/[ +]/).map((part) => {
    if (part === 'mod') return apple() ? '⌘' : 'Ctrl'
    return part.length === 1 ? part.toUpperCase() : part
  })
}

/**
 * The single key somebody pressed as a shortcut, in lower case; null with a modifier, in a field, inside a dialog
 * or a menu, or when single keys are switched off.
 */
export function singleKey(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || !singleKeysOn() || isWriting(event.target)) return null
  const target = event.target
  if (target instanceof HTMLElement && target.closest('dialog, [role=menu]') !== null) return null
  return letterOf(event)
}
