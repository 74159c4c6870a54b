import * as Y from 'yjs'

export interface DocumentText {
  /** The incident document as Markdown, ending in a newline; empty when nothing is there. */
  document: string
  /** Notes under tasks as plain text, by task id; empty ones are left out. */
  notes: ReadonlyMap<string, string>
  /** The scribe's running notes as plain text. */
  scribe: string
}

const notePrefix = 'note:'

/** What a task or an entry named in the document says, in plain words with its time; undefined where there is none. */
export type ReferenceWords = (kind: string, id: string) => string | undefined

/** Reads a loaded document into text for people. Nodes it does not know keep their words. Changes nothing. */
export function documentText(doc: Y.Doc, words: ReferenceWords = () => undefined): DocumentText {
  const notes = new Map<string, string>()
  for (const root of [...doc.share.keys()].sort()) {
    if (!root.startsWith(notePrefix)) continue
    const text = doc.getText(root).toString()
    if (text.trim() !== '') notes.set(root.slice(notePrefix.length), text)
  }
  const document = writerOf(words).blocks(doc.getXmlFragment('document').toArray()).join('\n\n')
  return { document: document === '' ? '' : `${document}\n`, notes, scribe: doc.getText('scribe').toString() }
}

type Child = Y.XmlElement | Y.XmlText | Y.XmlHook

/** Writes blocks; what references say is asked of `words`. */
function writerOf(words: ReferenceWords) {
  function blocks(children: readonly Child[]): string[] {
    return children.map(block).filter((text) => text !== '')
  }

  function block(node: Child): string {
    if (node instanceof Y.XmlText) return inline([node])
    if (!(node instanceof Y.XmlElement)) return ''
    const children = node.toArray()
    switch (node.nodeName) {
      case 'heading':
        return `${'#'.repeat(levelOf(node))} ${inline(children)}`.trimEnd()
      case 'paragraph':
        return inline(children)
      case 'bulletList':
        return list(children, () => '-')
      case 'orderedList': {
        const start = numberOf(node.getAttribute('start'), 1)
        return list(children, (i) => `${start + i}.`)
      }
      case 'taskList':
        return list(children, (_, item) => (isTrue(item.getAttribute('checked')) ? '- [x]' : '- [ ]'))
      case 'blockquote':
        return indent(blocks(children).join('\n\n'), '> ', '> ')
      case 'codeBlock':
        return code(node)
      case 'table':
        return table(children)
      case 'horizontalRule':
        return '---'
      default: {
        const inner = blocks(children).join('\n\n')
        return inner === '' ? `[${disarm(node.nodeName)}]` : `[${disarm(node.nodeName)}]\n\n${inner}`
      }
    }
  }

  function list(items: readonly Child[], marker: (index: number, item: Y.XmlElement) => string): string {
    return items
      .filter((item) => item instanceof Y.XmlElement)
      .map((item, i) => {
        const mark = `${marker(i, item)} `
        return indent(blocks(item.toArray()).join('\n'), mark, ' '.repeat(mark.length))
      })
      .join('\n')
  }

  function table(rows: readonly Child[]): string {
    const lines = rows.map((row) => (row instanceof Y.XmlElement ? row.toArray().map(cell) : []))
    const width = Math.max(1, ...lines.map((cells) => cells.length))
    const line = (cells: readonly string[]) =>
      `| ${Array.from({ length: width }, (_, n) => cells[n] ?? '').join(' | ')} |`
    const [head = [], ...rest] = lines
    return [line(head), line(Array.from({ length: width }, () => '---')), ...rest.map(line)].join('\n')
  }

  /** A cell is one line; the bars in its words are disarmed like all other words. */
  function cell(node: Child): string {
    const inner = node instanceof Y.XmlElement ? blocks(node.toArray()) : [block(node)]
    return inner
      .join('<br>')
      .replace(/\\?\n/g, '<br>')
      .replace(/(?<!\\)\|/g, '\\|')
  }

  function reference(node: Y.XmlElement): string {
    const kind = String(node.getAttribute('kind') ?? '')
    const found = words(kind, String(node.getAttribute('id') ?? ''))
    return found === undefined ? `[${kind === 'entry' ? 'entry' : 'task'} not found]` : disarm(found)
  }

  function inline(children: readonly Child[]): string {
    return children
      .map((child) => {
        if (child instanceof Y.XmlText) return runs(child)
        if (!(child instanceof Y.XmlElement)) return ''
        if (child.nodeName === 'hardBreak') return '\\\n'
        if (child.nodeName === 'reference') return reference(child)
        const inner = inline(child.toArray())
        return inner === '' ? `[${disarm(child.nodeName)}]` : inner
      })
      .join('')
  }

  return { blocks }
}

function code(node: Y.XmlElement): string {
  const text = node
    .toArray()
    .map((child) => (child instanceof Y.XmlText ? plain(child) : ''))
    .join('')
  // A fence longer than any run of backticks inside cannot be closed by the text.
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  const language = String(node.getAttribute('language') ?? '').replace(/[^A-Za-z0-9_+#.-]/g, '')
  return `${fence}${language === 'null' ? '' : language}\n${text}\n${fence}`
}

interface Run {
  insert: unknown
  attributes?: Record<string, unknown>
}

function runs(text: Y.XmlText): string {
  const delta: Run[] = text.toDelta()
  return delta
    .map(({ insert, attributes }) => (typeof insert === 'string' ? marked(insert, attributes ?? {}) : ''))
    .join('')
}

function plain(text: Y.XmlText): string {
  const delta: Run[] = text.toDelta()
  return delta.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
}

function marked(text: string, attributes: Record<string, unknown>): string {
  // Marks that may overlap themselves carry a hash after two dashes.
  const marks = new Map(Object.entries(attributes).map(([name, value]) => [name.split('--')[0], value]))
  const words = text.trim()
  if (words === '') return text
  const before = text.slice(0, text.length - text.trimStart().length)
  const after = text.slice(text.trimEnd().length)
  let out = marks.has('code') ? inlineCode(words) : disarm(words)
  if (marks.has('bold')) out = `**${out}**`
  if (marks.has('italic')) out = `*${out}*`
  if (marks.has('strike')) out = `~~${out}~~`
  const href = hrefOf(marks.get('link'))
  if (href !== undefined) out = `[${out}](<${href}>)`
  return `${before}${out}${after}`
}

function inlineCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}

/** Only addresses a reader may safely follow; the words of any other link stay. */
function hrefOf(link: unknown): string | undefined {
  if (typeof link !== 'object' || link === null || !('href' in link)) return undefined
  const href = String(link.href)
  return /^(?:https?:\/\/|mailto:)[^\s<>]+$/i.test(href) ? href : undefined
}

/** Its patterns look at each character once, however many blanks and lines somebody wrote. */
function disarm(text: string): string {
  return text
    .replace(/[\\`*_[\]<>&~|]/g, '\\$&')
    .replace(/^([^\S\n\r\u2028\u2029]*)([#+-])(?=\s)/gm, '$1\\$2')
    .replace(/^([^\S\n\r\u2028\u2029]*\d+)([.)])(?=\s)/gm, '$1\\$2')
}

function indent(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, i) => `${i === 0 ? first : rest}${line}`.trimEnd())
    .join('\n')
}

function levelOf(node: Y.XmlElement): number {
  return Math.min(6, Math.max(1, numberOf(node.getAttribute('level'), 2)))
}

function numberOf(value: unknown, otherwise: number): number {
  const found = Number(value ?? otherwise)
  return Number.isInteger(found) ? found : otherwise
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
