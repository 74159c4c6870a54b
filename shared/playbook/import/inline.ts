import type { Token } from 'markdown-it'
import type { Link, Piece } from './document.ts'

/** Tags that only dress text; any other `<word>` in a plan is a place to fill in, and stays. */
export const tags =
  /^<\/?(?:a|abbr|b|big|br|center|code|dd|del|details|div|dl|dt|em|figure|font|h[1-6]|hr|i|img|ins|kbd|li|ol|p|pre|q|s|section|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul)(?:\s[^>]*)?\/?>$/i

interface Open {
  line: number
  text: string
  bold: string | null
  links: Link[]
  codes: string[]
}

/**
 * The pieces of one inline token: a break that is meant, or a line that begins with a label, begins a new piece; other
 * lines are one sentence. `line` is the first line in the source, from 1.
 */
export function piecesOfInline(token: Token, line: number, source: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  let at = line
  let open: Open = begin(at)
  let strong: number | null = null
  let link: { text: number; address: string } | null = null
  const children = token.children ?? []
  const end = () => {
    if (open.text.trim() !== '') pieces.push(closed(open, at, source))
  }
  for (const [i, child] of children.entries()) {
    switch (child.type) {
      case 'hardbreak':
      case 'softbreak': {
        const label = children[i + 1]?.type === 'text' && children[i + 1]?.content === '' ? i + 2 : i + 1
        const next = children[label]
        // A line of a definition list says what the line above it names.
        if (next?.type === 'text' && /^:\s+\S/.test(next.content) && open.text.trim() !== '') {
          open.bold ??= open.text.trim()
          at++
          break
        }
        const labelled =
          definedBelow(children, i) ||
          next?.type === 'strong_open' ||
          next?.type === 'em_open' ||
          /^[^\s:]+(?: [^\s:]+){0,3}:\s/.test(next?.content ?? '')
        if (child.type === 'hardbreak' || labelled) {
          end()
          at++
          open = begin(at)
        } else {
          open.text += ' '
          at++
        }
        break
      }
      case 'strong_open':
        if (open.text.replace(/[^\p{L}\p{N}]/gu, '') === '' && open.bold === null) strong = open.text.length
        break
      case 'strong_close':
        if (strong !== null) open.bold = open.text.slice(strong)
        strong = null
        break
      case 'link_open':
        link = { text: open.text.length, address: String(child.attrGet('href') ?? '') }
        break
      case 'link_close':
        if (link !== null) open.links.push({ text: open.text.slice(link.text), address: link.address })
        link = null
        break
      case 'code_inline':
        open.codes.push(child.content)
        open.text += child.content
        break
      case 'html_inline':
        if (/^<br/i.test(child.content)) open.text += ' '
        else if (!tags.test(child.content) && !child.content.startsWith('<!--')) open.text += child.content
        break
      case 'image':
        break
      default:
        open.text += child.content
    }
  }
  end()
  return pieces
}

/** Whether the line that begins after this break is named by what the next line defines: `Term`, then `: what it is`. */
function definedBelow(children: readonly Token[], at: number): boolean {
  const next = children.findIndex(
    (one, i) => i > at && (one.type === 'softbreak' || one.type === 'hardbreak'),
  )
  return next > 0 && /^:\s+\S/.test(children[next + 1]?.content ?? '')
}

function begin(line: number): Open {
  return { line, text: '', bold: null, links: [], codes: [] }
}

function closed(open: Open, to: number, source: readonly string[]): Piece {
  const text = open.text.replace(/\s+/g, ' ').trim()
  return {
    line: open.line,
    to,
    words: wordsOf(source[open.line - 1] ?? ''),
    text,
    ...leadOf(text, open.bold),
    links: open.links,
    codes: open.codes,
  }
}

/** A line without what only places it: bullets, numbers, quotes, boxes and the signs of a heading. */
export function wordsOf(line: string): string {
  return line.replace(/^[\s>]*(?:#{1,6}\s+|(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)?/, '').trim()
}

/** What a text begins with to name the rest. A link or a time is no lead. */
export function leadOf(text: string, bold: string | null): { lead: string | null; rest: string } {
  if (bold !== null && bold.trim() !== '') {
    const name = bold
      .trim()
      .replace(/[:：–—-]+$/, '')
      .trim()
    const at = text.indexOf(bold.replace(/\s+/g, ' ').trim())
    const after = at < 0 ? '' : text.slice(at + bold.replace(/\s+/g, ' ').trim().length)
    if (name !== '') return { lead: name, rest: after.replace(/^\s*(?:[:：]|[-–—]+(?=\s))?\s*/, '').trim() }
  }
  const plain = /^([^:\n]{1,60}?):\s+(.+)$/s.exec(text)
  if (
    plain?.[1] !== undefined &&
    plain[2] !== undefined &&
    plain[1].split(' ').length <= 7 &&
    (!/\d$/.test(plain[1]) || /^(?:T\s*\+|l|level|tier|stage|step)\s*\d+$/i.test(plain[1]))
  )
    return { lead: plain[1].trim(), rest: plain[2].trim() }
  return { lead: null, rest: text }
}

/** A text that has no inline signs of its own, such as a line of HTML without its tags. */
export function plainPiece(text: string, line: number, source: readonly string[], words?: string): Piece {
  const clean = text.replace(/\s+/g, ' ').trim()
  return {
    line,
    to: line,
    words: words ?? wordsOf(source[line - 1] ?? ''),
    text: clean,
    ...leadOf(clean, null),
    links: [],
    codes: [],
  }
}
