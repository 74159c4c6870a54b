/*
 * What somebody was writing in a place when they left it: it stands there again when they come back. It is kept in
 * this tab, also through a reload, and goes with the tab and with signing out.
 */
const prefix = 'muster.unsaved.'
/** Where the browser stores nothing it lives in the page. */
const inPage = new Map<string, string>()

const keyOf = (person: string, place: string) => `${prefix}${person}/${place}`

/** Keeps what `person` is writing in `place`; null: nothing is left to keep. Nobody's words are not kept. */
export function keepUnsaved(person: string | null, place: string, text: string | null): void {
  if (person === null) return
  const key = keyOf(person, place)
  if (text === null) inPage.delete(key)
  else inPage.set(key, text)
  try {
    if (text === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text)
  } catch {
    // Blocked or full: the page has it.
  }
}

/** What `person` left unsaved in `place`; null where nothing was left. */
export function unsavedIn(person: string | null, place: string): string | null {
  if (person === null) return null
  const key = keyOf(person, place)
  return inPage.get(key) ?? stored()?.getItem(key) ?? null
}

/** How many places of `person` hold unsaved words; with `under`, of those whose name begins so. */
export function unsavedCount(person: string | null, under = ''): number {
  return person === null ? 0 : keys().filter((key) => key.startsWith(keyOf(person, under))).length
}

/** Nothing unsaved stays, of nobody. */
export function forgetUnsaved(): void {
  for (const key of keys()) stored()?.removeItem(key)
  inPage.clear()
}

function keys(): string[] {
  const all = stored()
  const found = new Set(inPage.keys())
  for (let at = 0; at < (all?.length ?? 0); at += 1) {
    const key = all?.key(at) ?? null
    if (key?.startsWith(prefix) === true) found.add(key)
  }
  return [...found]
}

function stored(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}
