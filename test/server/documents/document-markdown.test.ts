import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { documentText } from '../../../server/documents/document-markdown.ts'

type Content = Y.XmlElement | Y.XmlText

function node(name: string, children: Content[] = [], attributes: Record<string, string> = {}): Y.XmlElement {
  const made = new Y.XmlElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.insert(0, children)
  return made
}

function text(words: string, marks: Record<string, object> = {}): Y.XmlText {
  const made = new Y.XmlText()
  made.insert(0, words, marks)
  return made
}

function markdown(...nodes: Content[]): string {
  const doc = new Y.Doc()
  doc.getXmlFragment('document').insert(0, nodes)
  return documentText(doc).document
}

describe('a document as Markdown', () => {
  it('writes headings, paragraphs and marks', () => {
    const paragraph = node('paragraph', [
      text('plain '),
      text('strong', { bold: {} }),
      text(' and '),
      text('a < b', { code: {} }),
      text('here', { link: { href: 'https://example.org/x' } }),
    ])
    expect(markdown(node('heading', [text('Title')], { level: '3' }), paragraph)).toBe(
      '### Title\n\nplain **strong** and `a < b`[here](<https://example.org/x>)\n',
    )
  })

  it('writes nested lists, quotes, breaks and code', () => {
    const item = (words: string, ...more: Content[]) =>
      node('listItem', [node('paragraph', [text(words)]), ...more])
    const inner = node('orderedList', [item('first'), item('second')], { start: '3' })
    expect(
      markdown(
        node('bulletList', [item('one', inner), item('two')]),
        node('blockquote', [node('paragraph', [text('said'), node('hardBreak'), text('so')])]),
        node('codeBlock', [text('a ``` b')], { language: 'ts' }),
        node('horizontalRule'),
      ),
    ).toBe('- one\n  3. first\n  4. second\n- two\n\n> said\\\n> so\n\n````ts\na ``` b\n````\n\n---\n')
  })

  it('writes check boxes, and tables as GitHub reads them', () => {
    const task = (words: string, checked: string) =>
      node('taskItem', [node('paragraph', [text(words)])], { checked })
    const cell = (words: string, name = 'tableCell') => node(name, [node('paragraph', [text(words)])])
    expect(
      markdown(
        node('taskList', [task('page them', 'true'), task('call back', 'false')]),
        node('table', [
          node('tableRow', [cell('Service', 'tableHeader'), cell('State', 'tableHeader')]),
          node('tableRow', [
            cell('api | v2'),
            node('tableCell', [node('paragraph', [text('a')]), node('paragraph', [text('b')])]),
          ]),
          node('tableRow', [cell('short')]),
        ]),
      ),
    ).toBe(
      '- [x] page them\n- [ ] call back\n\n| Service | State |\n| --- | --- |\n| api \\| v2 | a<br>b |\n| short |  |\n',
    )
  })

  it('writes what references say, as words that are no markup', () => {
    const doc = new Y.Doc()
    const reference = (kind: string, id: string) => node('reference', [], { kind, id })
    doc
      .getXmlFragment('document')
      .insert(0, [
        node('paragraph', [
          text('Decided: '),
          reference('entry', '7'),
          text(', then '),
          reference('task', 'page'),
          reference('task', 'gone'),
        ]),
      ])
    const said = new Map([
      ['entry 7', '14:22 UTC Roll *back*'],
      ['task page', 'Page them (done)'],
    ])
    const words = (kind: string, id: string) => said.get(`${kind} ${id}`)
    expect(documentText(doc, words).document).toBe(
      'Decided: 14:22 UTC Roll \\*back\\*, then Page them (done)[task not found]\n',
    )
  })

  it('keeps the words of nodes it does not know and disarms what would be markup', () => {
    expect(markdown(node('callout', [node('paragraph', [text('<script>alert(1)</script>')])]))).toBe(
      '[callout]\n\n\\<script\\>alert(1)\\</script\\>\n',
    )
    expect(markdown(node('paragraph', [text('run', { link: { href: 'javascript:alert(1)' } })]))).toBe(
      'run\n',
    )
    expect(markdown(node('paragraph', [text('# not a heading')]))).toBe('\\# not a heading\n')
  })

  it('gives notes and the scribe’s text as they are', () => {
    const doc = new Y.Doc()
    doc.getText('note:triage/page').insert(0, 'paged *twice*')
    doc.getText('note:empty').insert(0, ' ')
    doc.getText('scribe').insert(0, '10:02 rolled back')
    const read = documentText(doc)
    expect([...read.notes]).toEqual([['triage/page', 'paged *twice*']])
    expect(read.scribe).toBe('10:02 rolled back')
    expect(read.document).toBe('')
  })

  it('writes blanks, line ends and signs of Markdown in a text as they were', () => {
    expect(markdown(node('paragraph', [text('  a\n\n # b\r# c\n 2. d  ')]))).toBe(
      '  a\n\n \\# b\r\\# c\n 2\\. d  \n',
    )
  })
})
