import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { textOfUpdates } from '../../../client/net/refused-text.ts'

describe('words of refused updates', () => {
  it('gives back what was typed, letter by letter and by block', () => {
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    const first = new Y.XmlElement('paragraph')
    const text = new Y.XmlText()
    doc.getXmlFragment('document').insert(0, [first])
    first.insert(0, [text])
    doc.on('update', (u: Uint8Array) => updates.push(u))
    for (const [i, letter] of [...'Redis'].entries()) text.insert(i, letter)
    const second = new Y.XmlElement('paragraph')
    second.insert(0, [new Y.XmlText('is full')])
    doc.getXmlFragment('document').insert(1, [second])
    expect(textOfUpdates(updates)).toBe('Redis\nis full')
  })

  it('has no words for deletions', () => {
    const doc = new Y.Doc()
    const text = doc.getText('t')
    text.insert(0, 'abc')
    let deletion: Uint8Array | undefined
    doc.on('update', (u: Uint8Array) => {
      deletion = u
    })
    text.delete(0, 2)
    expect(deletion && textOfUpdates([deletion])).toBe('')
  })
})
