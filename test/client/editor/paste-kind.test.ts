import { describe, expect, it } from 'vitest'
import { kindOfPaste, textPieces } from '../../../client/components/editor/paste-kind.ts'

describe('what a pasted text is', () => {
  it.each([
    ['2026-11-21T14:19:52Z ERROR lock wait timeout\n2026-11-21T14:19:53Z WARN gave up\nretrying in 5 s'],
    ['14:19:52 GET /health 200\n14:19:53 GET /health 200\n14:19:54 GET /health 500'],
    ['TypeError: x is not a function\n    at run (main.js:3:7)\n    at process (node:internal:4)'],
    ['Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    run()\nValueError: no'],
    ['{"level":30,"msg":"up"}\n{"level":50,"msg":"down"}\n{"level":30,"msg":"up"}'],
    [Array.from({ length: 250 }, (_, i) => `row ${i} of some command`).join('\n')],
  ])('a log: %#', (text) => expect(kindOfPaste(text)).toBe('log'))

  it.each([
    ['## Impact\n\nNobody can pay.'],
    ['- one\n- two'],
    ['1. one\n2. two'],
    ['```\ncode\n```'],
    ['it is **down** since noon'],
    ['| a | b |\n| - | - |\n| 1 | 2 |'],
    ['see [the board](https://example.org)'],
  ])('Markdown: %j', (text) => expect(kindOfPaste(text)).toBe('markdown'))

  it.each([['Nobody can pay.'], ['One line\nand another'], ['We saw an ERROR in the log.'], ['']])(
    'words: %j',
    (text) => expect(kindOfPaste(text)).toBe('text'),
  )
})

describe('a text in pieces', () => {
  it('is cut behind line ends, and nothing is lost', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')
    const parts = textPieces(text, 50)
    expect(parts.join('')).toBe(text)
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(50)
    for (const part of parts.slice(0, -1)) expect(part.endsWith('\n')).toBe(true)
  })

  it('cuts a line that is too long by itself, never through a character', () => {
    const text = 'ab🚒'.repeat(30)
    const parts = textPieces(text, 11)
    expect(parts.join('')).toBe(text)
    for (const part of parts) expect(encodeURIComponent(part)).not.toBe('')
  })
})
