import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeBetween, shifted } from '../../../client/views/room/checklist/note-binding.ts'

const apply = (text: string, change: ReturnType<typeof changeBetween>) =>
  change === null
    ? text
    : text.slice(0, change.index) + change.insert + text.slice(change.index + change.remove)

describe('what was typed into a field', () => {
  it.each([
    ['', 'a', 1, { index: 0, remove: 0, insert: 'a' }],
    ['one two', 'one big two', 8, { index: 4, remove: 0, insert: 'big ' }],
    ['one two', 'one', 3, { index: 3, remove: 4, insert: '' }],
    ['a word', 'a WORD', 6, { index: 2, remove: 4, insert: 'WORD' }],
    // Between two equals the caret tells which of them is new.
    ['aa', 'aaa', 1, { index: 0, remove: 0, insert: 'a' }],
    ['aa', 'aaa', 2, { index: 1, remove: 0, insert: 'a' }],
    ['x\n\ny', 'x\ny', 2, { index: 2, remove: 1, insert: '' }],
  ])('%j -> %j with the caret at %i', (before, after, caret, expected) => {
    expect(apply(before, changeBetween(before, after, caret))).toBe(after)
    expect(changeBetween(before, after, caret)).toEqual(expected)
  })

  it('is nothing where nothing changed', () => {
    expect(changeBetween('same', 'same')).toBeNull()
  })

  it('never cuts a character in half', () => {
    const change = changeBetween('a 😀 b', 'a 😁 b', 4)
    expect(change).toEqual({ index: 2, remove: 2, insert: '😁' })
    expect(changeBetween('😀', '😀😀', 2)).toEqual({ index: 0, remove: 0, insert: '😀' })
  })

  it('makes the new text of the old one, whatever was typed', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, fc.nat({ max: 24 }), (before, after, caret) => {
        const doc = new Y.Doc()
        const shared = doc.getText('t')
        shared.insert(0, before)
        const change = changeBetween(before, after, Math.min(caret, after.length))
        if (change !== null) {
          shared.delete(change.index, change.remove)
          shared.insert(change.index, change.insert)
        }
        expect(shared.toString()).toBe(after)
      }),
    )
  })
})

describe('a place in the text', () => {
  it.each([
    ['text before it moves it', 3, [{ insert: 'ab' }], 5],
    ['text right at it goes behind it', 3, [{ retain: 3 }, { insert: 'ab' }], 3],
    ['text behind it leaves it', 3, [{ retain: 5 }, { insert: 'ab' }], 3],
    ['what goes before it moves it back', 5, [{ retain: 1 }, { delete: 2 }], 3],
    ['what goes around it leaves it at the gap', 3, [{ retain: 1 }, { delete: 5 }], 1],
    ['several changes', 6, [{ insert: 'x' }, { retain: 2 }, { delete: 1 }, { insert: 'yy' }], 8],
  ])('%s', (_name, place, delta, expected) => {
    expect(shifted(place, delta)).toBe(expected)
  })
})
