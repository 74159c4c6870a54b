/** `Priya Nair` -> `PN`, `Sam` -> `SA`. For the eye only: the name stands beside it or is its label. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const first = words[0] ?? '?'
  const last = words.length > 1 ? words.at(-1) : undefined
  const letters =
    last === undefined ? [...first].slice(0, 2) : [...first].slice(0, 1).concat([...last].slice(0, 1))
  return letters.join('').toUpperCase()
}
