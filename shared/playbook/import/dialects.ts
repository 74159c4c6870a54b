/** Forms that other Markdowns have, said in the plain one: every line keeps its number. */

const fence = /^\s{0,3}(`{3,}|~{3,})/
/** `!!! note "Title"` and `??? warning`, with its text indented below. */
const callout = /^(\s*)(?:!!!|\?\?\?\+?)\s+[\w -]+?(?:\s+"([^"]*)")?\s*$/
/** `:::note Title` up to `:::`. */
const container = /^\s*:{3,}\s*(?:\{?[\w-]+\}?(?:\[([^\]]*)\]|\s+(.*))?)?\s*$/

/** Boxes for notes become the text they hold, in place. Lines inside code stay as they are. */
export function inPlainMarkdown(lines: string[]): void {
  let code: string | null = null
  let inside: number | null = null
  for (const [i, line] of lines.entries()) {
    const indent = line.length - line.trimStart().length
    if (inside !== null && line.trim() !== '') {
      if (indent > inside) lines[i] = line.slice(Math.min(indent, inside + 4))
      else inside = null
    }
    const now = lines[i] ?? ''
    const mark = fence.exec(now)?.[1]
    if (mark !== undefined && (code === null || (mark[0] === code[0] && mark.length >= code.length)))
      code = code === null ? mark : null
    if (code !== null || mark !== undefined) continue
    if (!/^\s*(?:!!!|\?\?\?|:::)/.test(now)) continue
    const note = callout.exec(now)
    const box = note === null ? container.exec(now) : null
    if (note === null && box === null) continue
    if (note !== null) inside = indent
    // A title is a line of its own, two blanks at its end keep it one.
    const title = (note?.[2] ?? box?.[1] ?? box?.[2] ?? '').trim()
    lines[i] = title === '' ? '' : `${title}  `
  }
}
