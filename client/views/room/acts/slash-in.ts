/**
 * The command a text begins with, in letters, and what stands behind it; null where it is not one: a path such as
 * `/etc/hosts`, a lone slash in a sentence, anything after a blank.
 */
export function slashIn(text: string): { word: string; rest: string | null } | null {
  const found = /^\/([a-z-]*)(?:\s+([\s\S]*))?$/i.exec(text)
  return found === null ? null : { word: (found[1] ?? '').toLowerCase(), rest: found[2] ?? null }
}
