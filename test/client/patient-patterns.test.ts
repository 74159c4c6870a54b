import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { kindOfPaste } from '../../client/components/editor/paste-kind.ts'
import { readScribe } from '../../client/components/room/scribe-time.ts'
import { snippetOf } from '../../client/components/room/snippet.ts'
import { worthPinning } from '../../client/components/room/worth-pinning.ts'
import { documentText } from '../../server/documents/document-markdown.ts'
import { readThread } from '../../shared/incident/pasted-thread.ts'
import { chatRow } from '../helpers/chat-row.ts'

/** Long enough that a pattern that goes back for each character takes seconds. */
const long = 50_000

function documentOf(words: string): Y.Doc {
  const doc = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment('document').insert(0, [paragraph])
  return doc
}

describe('text that somebody made to be slow', () => {
  it.each<[string, () => unknown]>([
    ['blanks between words of a document', () => documentText(documentOf(`a${' '.repeat(long)}b`))],
    ['empty lines in a document', () => documentText(documentOf(`a${'\n'.repeat(long)}b`))],
    ['blanks at the end of each line of a message', () => snippetOf(`a${' '.repeat(long)}\n`.repeat(3))],
    ['brackets in a paste', () => kindOfPaste('[a'.repeat(long))],
    ['figures without end in a message', () => worthPinning(chatRow('1,'.repeat(long)), null)],
    ['blanks in what a scribe writes', () => readScribe(`a${' '.repeat(long)}b`, 0)],
    ['a name without end', () => readThread(`[14:03] <${':'.repeat(long)}x> hi\n[14:04] <b> hi`)],
  ])('is read at once: %s', (_what, read) => {
    const began = performance.now()
    read()
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('is written as it was', () => {
    expect(documentText(documentOf('  a\n\n # b\r# c\n 2. d  ')).document).toBe(
      '  a\n\n \\# b\r\\# c\n 2\\. d  \n',
    )
  })
})
