import MarkdownIt from 'markdown-it'

/** GitHub's tables and strike-through; HTML is read as text and never shown. */
export const reader = new MarkdownIt({ html: true, linkify: false })
// Brackets in brackets cost as much as they are deep.
const deepest = 24
reader.set({ maxNesting: deepest })
// At its limit the reader leaves out all that follows. A list takes two levels, so what would open below this one, the
// twelfth list or the twenty-third quote, is read line by line as text of what it stands in.
reader.block.ruler.before(
  'blockquote',
  'too-deep',
  (state, start, _end, silent) => {
    if (state.level < deepest - 2) return false
    const from = (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0)
    const words = state.src.slice(from, state.eMarks[start])
    const marks = /^(?:(?:[-*+]|\d{1,9}[.)])(?=\s|$)|>)(?:\s|>|(?:[-*+]|\d{1,9}[.)])(?=\s|$))*/.exec(
      words,
    )?.[0]
    if (marks === undefined) return false
    if (silent) return true
    state.line = start + 1
    state.push('paragraph_open', 'p', 1).map = [start, state.line]
    const inline = state.push('inline', '', 0)
    inline.content = words.slice(marks.length)
    inline.map = [start, state.line]
    inline.children = []
    state.push('paragraph_close', 'p', -1)
    return true
  },
  { alt: ['paragraph', 'reference'] },
)
