import type { Token } from 'markdown-it'
import type { Link, Piece } from './document.ts'
import { longestLine } from './lines.ts'
import { hasWords, wordSet } from './words.ts'

const dressing = wordSet(
  `a abbr b big br center code dd del details div dl dt em figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s
  section small span strong sub summary sup table tbody td th thead tr tt u ul`,
)

/** Whether a tag only dresses text; any other `<word>` in a plan is a place to fill in, and stays. */
export function dressesText(tag: string): boolean {
  const name = /^<\/?([a-z][a-z0-9]*)(?:\s[^>]*)?\/?>$/i.exec(tag)?.[1]
  return name !== undefined && dressing.has(name.toLowerCase())
}

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
  const defined = definedBelow(children)
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
          defined.has(i) ||
          next?.type === 'strong_open' ||
          next?.type === 'em_open' ||
          /^[^\s:]+(?: [^\s:]+){0,3}:\s/.test(next?.content ?? '')
        // A paragraph without an end is read in parts.
        if (child.type === 'hardbreak' || labelled || open.text.length > longestLine) {
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
        if (!hasWords(open.text) && open.bold === null) strong = open.text.length
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
        else if (!dressesText(child.content) && !child.content.startsWith('<!--')) open.text += child.content
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

/** Whether the line that begins after each break is named by what the next line defines: `Term`, then `: what it is`. */
function definedBelow(children: readonly Token[]): ReadonlySet<number> {
  const defined = new Set<number>()
  let before: number | null = null
  for (const [i, { type }] of children.entries()) {
    if (type !== 'softbreak' && type !== 'hardbreak') continue
    if (before !== null && /^:\s+\S/.test(children[i + 1]?.content ?? '')) defined.add(before)
    before = i
  }
  return defined
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

/** Longest name in front of a colon, in signs; what is longer is a sentence. */
const longestLead = 60

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
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0))
  if (
    name !== '' &&
    name.length <= longestLead &&
    !name.includes('\n') &&
    /^\s+\S/.test(text.slice(colon + 1)) &&
    name.split(' ').length <= 7 &&
    (!/\d$/.test(name) || /^(?:T\s*\+|l|level|tier|stage|step)\s*\d+$/i.test(name))
  )
    return { lead: name.trim(), rest: text.slice(colon + 1).trim() }
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
