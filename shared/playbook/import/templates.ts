import type { CodeLine, Piece, Place, Title } from './document.ts'
import { dressesText } from './inline.ts'
import type { Notes } from './notes.ts'
import { spaced } from './words.ts'

/** Messages with places to fill in: `[name]`, `{name}`, `{{name}}`, `<name>`. */

const slot = /\{\{([^{}\n]+)\}\}|\{([^{}\n"':;]+)\}|\[((?! ?\]|x\])[^\][\n]+)\](?!\()|<([A-Za-z][^<>\n]*)>/g
/** Longest name of a place to fill in, in signs; what is longer is a text in brackets. */
const longestSlot = 80
const longestBody = 4_800

export function slotCount(lines: readonly CodeLine[]): number {
  return lines.reduce(
    (count, { text }) => count + [...text.matchAll(slot)].filter(([token]) => isSlot(token)).length,
    0,
  )
}

function isSlot(token: string): boolean {
  return token.length <= longestSlot + 2 && !dressesText(token)
}

/** Takes a message as a template. Its literal text stays; each place to fill in becomes a slot with a name of its own. */
export function readTemplate(
  lines: readonly CodeLine[],
  heading: Piece | null,
  title: Title,
  notes: Notes,
): boolean {
  const filled = lines.filter(({ text }) => text.trim() !== '')
  const first = filled[0]
  const last = filled.at(-1)
  if (first === undefined || last === undefined) return false
  const id = notes.id('template', title.text)
  const ids = new Map<string, string>()
  const found: { place: Place; id: string; label: string }[] = []
  const fill = ({ line, text }: CodeLine) =>
    text.replace(slot, (token: string, a?: string, b?: string, c?: string, d?: string) => {
      const label = (a ?? b ?? c ?? d ?? '').trim()
      if (!isSlot(token)) return token
      const known = ids.get(label.toLowerCase())
      const own = known ?? notes.id(`slot:${id}`, spaced(label).trimStart(), 30)
      if (known === undefined) {
        ids.set(label.toLowerCase(), own)
        found.push({ place: { line, to: line, words: token }, id: own, label: label.slice(0, 200) })
      }
      return `{{${own}}}`
    })
  const subjectLine = filled.slice(0, 3).find(({ text }) => /^\s*(?:\*\*)?subject(?:\*\*)?\s*:/i.test(text))
  const subject =
    subjectLine === undefined
      ? null
      : fill(subjectLine)
          .replace(/^.*?subject(?:\*\*)?\s*:(?:\*\*)?\s*/i, '')
          .trim()
  const kept = lines.filter((line) => line !== subjectLine)
  let body = ''
  for (const line of kept) {
    const next = body === '' && line.text.trim() === '' ? '' : `${fill(line)}\n`
    if (body.length + next.length > longestBody) break
    body += next
  }
  body = body.trimEnd()
  if (body.trim() === '') body = subject ?? ''
  if (body.trim() === '') return false
  const used = new Set(
    [...`${subject ?? ''}\n${body}`.matchAll(/\{\{([a-z0-9-]+)\}\}/g)].map((one) => one[1]),
  )
  const outside = /custom|user|public|status page|external|client|press|social/i.test(title.text)
  notes.add(
    'template',
    { line: first.line, to: last.line, words: first.text.trim() },
    {
      id,
      title: (title.text.trim() === '' ? first.text.trim() : title.text).slice(0, 200),
      subject: subject === '' ? null : subject,
      body,
      audience: outside ? 'customers' : 'internal',
    },
    title.over,
  )
  for (const one of found)
    if (used.has(one.id)) notes.add('slot', one.place, { template: id, id: one.id, label: one.label })
  if (heading !== null) notes.structure.add(heading.line)
  return true
}
