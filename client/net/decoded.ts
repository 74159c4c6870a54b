/** A part of an address as people mean it; null where its escapes are broken and it means nothing. */
export function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
