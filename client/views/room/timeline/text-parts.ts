/** A piece of a message: plain words, an address, somebody's name, or what was looked for. */
export interface TextPart {
  kind: 'text' | 'link' | 'mention' | 'me' | 'found'
  text: string
}

const link = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g

/** Cuts a text into its pieces; together they are the text. `names` carry their `@`, `found` are small words. */
export function partsOf(
  text: string,
  names: readonly { handle: string; me: boolean }[],
  found: readonly string[],
): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(link)) {
    parts.push({ kind: 'text', text: text.slice(from, match.index) }, { kind: 'link', text: match[0] })
    from = match.index + match[0].length
  }
  parts.push({ kind: 'text', text: text.slice(from) })
  let cut = parts
  for (const { handle, me } of names) cut = marked(cut, handle.toLowerCase(), me ? 'me' : 'mention')
  for (const word of found) cut = marked(cut, word, 'found')
  return cut.filter((part) => part.text !== '')
}

/** Every occurrence of the words in what is plain yet becomes a piece of its own. */
function marked(parts: readonly TextPart[], words: string, kind: TextPart['kind']): TextPart[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'text') return [part]
    const small = part.text.toLowerCase()
    // Letters that change their length with their case would shift every place after them.
    if (small.length !== part.text.length) return [part]
    const pieces: TextPart[] = []
    let from = 0
    for (let at = small.indexOf(words); at >= 0; at = small.indexOf(words, from)) {
      pieces.push({ kind: 'text', text: part.text.slice(from, at) })
      from = at + words.length
      pieces.push({ kind, text: part.text.slice(at, from) })
    }
    return [...pieces, { kind: 'text' as const, text: part.text.slice(from) }]
  })
}
