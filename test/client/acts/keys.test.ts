import { describe, expect, it } from 'vitest'
import { KeyReader } from '../../../client/state/key-reader.ts'

const known = new Set(['s', '?', '[', 'g d', 'd'])

function press(key: string, timeStamp: number, more: Partial<Parameters<KeyReader['read']>[0]> = {}) {
  const off = {
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    repeat: false,
  }
  return { key, code: '', timeStamp, ...off, ...more }
}

describe('keys', () => {
  it('are read alone, one after the other, and by their sign', () => {
    const reader = new KeyReader()
    expect(reader.read(press('s', 0), false, known)).toBe('s')
    expect(reader.read(press('?', 1, { shiftKey: true }), false, known)).toBe('?')
    expect(reader.read(press('g', 2), false, known)).toBeNull()
    expect(reader.read(press('d', 1_000), false, known)).toBe('g d')
    expect(reader.read(press('d', 1_001), false, known)).toBe('d')
  })

  it('forget the first of two after a while', () => {
    const reader = new KeyReader()
    reader.read(press('g', 0), false, known)
    expect(reader.read(press('d', 2_000), false, known)).toBe('d')
  })

  it('rest while somebody writes, and for a second after the last letter', () => {
    const reader = new KeyReader()
    expect(reader.read(press('s', 0), true, known)).toBeNull()
    // The field is gone, the fingers go on.
    expect(reader.read(press('s', 300), false, known)).toBeNull()
    expect(reader.read(press('s', 1_200), false, known)).toBeNull()
    expect(reader.read(press('s', 2_300), false, known)).toBe('s')
  })

  it('work at once after the field was left on purpose', () => {
    const reader = new KeyReader()
    reader.read(press('x', 0), true, known)
    reader.leftWriting()
    expect(reader.read(press('s', 100), false, known)).toBe('s')
  })

  it('are nothing with a modifier, held down, or shifted', () => {
    const reader = new KeyReader()
    for (const more of [
      { ctrlKey: true },
      { metaKey: true },
      { altKey: true },
      { repeat: true },
      { isComposing: true },
    ])
      expect(reader.read(press('s', 0, more), false, known)).toBeNull()
    expect(reader.read(press('S', 0, { shiftKey: true }), false, known)).toBeNull()
    // Caps lock is not meant.
    expect(reader.read(press('S', 0), false, known)).toBe('s')
  })

  it('are read by their place where the layout has no Latin letters', () => {
    expect(new KeyReader().read(press('ы', 0, { code: 'KeyS' }), false, known)).toBe('s')
  })
})
