import { describe, expect, it } from 'vitest'
import { pieces } from '../../../client/components/editor/big-paste.ts'
import { contentSchema } from '../../../client/components/editor/extensions.ts'

const schema = contentSchema()
const paragraph = (text: string) => schema.nodes.paragraph!.create(null, schema.text(text))

describe('a large paste', () => {
  it('is split into pieces below the limit, in order, and nothing is lost', () => {
    const blocks = Array.from({ length: 50 }, (_, i) => paragraph(`line ${i}`))
    const parts = pieces(blocks, 100)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts)
      expect(part.reduce((size, block) => size + block.nodeSize, 0)).toBeLessThanOrEqual(100)
    expect(parts.flat().map((block) => block.textContent)).toEqual(blocks.map((block) => block.textContent))
  })

  it('cuts one line that is too long by itself', () => {
    const text = 'abcdefghij'.repeat(25)
    const parts = pieces([paragraph(text)], 100)
    for (const part of parts)
      expect(part.reduce((size, block) => size + block.nodeSize, 0)).toBeLessThanOrEqual(100)
    expect(
      parts
        .flat()
        .map((block) => block.textContent)
        .join(''),
    ).toBe(text)
  })
})
