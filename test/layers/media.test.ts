import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

describe('layouts', () => {
  it('turn by how much text there is room for, so that large letters get the layout of a smaller screen', () => {
    const files = readdirSync('client', { recursive: true, encoding: 'utf8' })
    const inPixels = files.flatMap((path) => {
      if (!/\.(svelte|ts|css)$/.test(path)) return []
      const text = readFileSync(join('client', path), 'utf8')
      const queries = text.match(/(?:@media|MediaQuery\(|matchMedia\()[^{;]*/g) ?? []
      return queries.filter((query) => /\d+px/.test(query)).map((query) => `${path}: ${query.trim()}`)
    })
    expect(inPixels).toEqual([])
  })
})
