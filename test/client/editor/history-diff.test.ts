import { describe, expect, it } from 'vitest'
import {
  type PlainBlock,
  plainBlocks,
  plainOfContent,
} from '../../../client/components/editor/plain-blocks.ts'
import { changesBetween } from '../../../client/views/room/document/history-diff.ts'

const line = (text: string): PlainBlock => ({ kind: 'text', level: 0, text })
const told = (before: string[], after: string[]) =>
  (changesBetween(before.map(line), after.map(line)) ?? []).map(({ change, words }) => [
    change,
    words.map((part) => ({ same: '', added: '+', removed: '-' })[part.change] + part.text).join('|'),
  ])

describe('what became of a document', () => {
  it('tells blocks that came and went, in their places', () => {
    expect(told(['one', 'two', 'three'], ['one', 'three', 'four'])).toEqual([
      ['same', 'one'],
      ['removed', '-two'],
      ['same', 'three'],
      ['added', '+four'],
    ])
  })

  it('shows the words inside a block that was rewritten', () => {
    expect(told(['212 workspaces cannot start a run'], ['214 workspaces cannot start a run'])).toEqual([
      ['same', '-212|+214| workspaces cannot start a run'],
    ])
  })

  it('keeps apart what has nothing in common', () => {
    expect(told(['alpha beta gamma'], ['wholly other words'])).toEqual([
      ['removed', '-alpha beta gamma'],
      ['added', '+wholly other words'],
    ])
  })

  it('loses no word of either side', () => {
    const before = ['a b c', 'd e', 'f', 'g h i j']
    const after = ['a c', 'x', 'd e', 'g h k j', 'l']
    const changes = changesBetween(before.map(line), after.map(line)) ?? []
    const side = (without: string) =>
      changes
        .filter((block) => block.change !== without)
        .map((block) =>
          block.words
            .filter((w) => w.change !== without)
            .map((w) => w.text)
            .join(''),
        )
    expect(side('added')).toEqual(before)
    expect(side('removed')).toEqual(after)
  })
})

describe('a document as blocks of words', () => {
  it('reads lists, check boxes, tables, code and references', () => {
    const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
    const nodes = plainOfContent({
      type: 'doc',
      content: [
        { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Impact' }] },
        { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('one')] }] },
        {
          type: 'taskList',
          content: [{ type: 'taskItem', attrs: { checked: true }, content: [paragraph('paged')] }],
        },
        {
          type: 'table',
          content: [
            {
              type: 'tableRow',
              content: [
                { type: 'tableCell', content: [paragraph('api')] },
                { type: 'tableCell', content: [paragraph('down')] },
              ],
            },
          ],
        },
        { type: 'codeBlock', content: [{ type: 'text', text: 'a\nb' }] },
        { type: 'paragraph', content: [{ type: 'reference', attrs: { kind: 'entry', id: '7' } }] },
      ],
    })
    expect(plainBlocks(nodes, (of) => `<${of.kind} ${of.id}>`)).toEqual([
      { kind: 'heading', level: 2, text: 'Impact' },
      { kind: 'item', level: 1, text: 'one' },
      { kind: 'checked', level: 1, text: 'paged' },
      { kind: 'row', level: 0, text: 'api | down' },
      { kind: 'code', level: 0, text: 'a\nb' },
      { kind: 'text', level: 0, text: '<entry 7>' },
    ])
  })
})
