import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOf } from '../../../client/views/room/timeline/text-parts.ts'

describe('pieces of a message', () => {
  it('are addresses, names and what was looked for', () => {
    const parts = partsOf(
      '@Maya see https://a.example/b. Redis, redis',
      [{ handle: '@Maya', me: true }],
      ['redis'],
    )
    expect(parts.map((p) => [p.kind, p.text])).toEqual([
      ['me', '@Maya'],
      ['text', ' see '],
      ['link', 'https://a.example/b'],
      ['text', '. '],
      ['found', 'Redis'],
      ['text', ', '],
      ['found', 'redis'],
    ])
  })

  it('are the text again', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 1, maxLength: 3 })), (text, words) => {
        expect(
          partsOf(text, [], words)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })
})
