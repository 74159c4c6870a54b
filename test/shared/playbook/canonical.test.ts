import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, playbookContent } from '../../../shared/playbook/canonical.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from './sample.ts'

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  )
}

describe('canonical JSON', () => {
  it('sorts keys, keeps lists in order and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'ä"\n' }, z: undefined })).toBe(
      '{"a":{"c":"ä\\"\\n","d":null},"b":[2,1]}',
    )
  })

  it('sorts by code unit, not by locale', () => {
    expect(canonicalJson({ a: 1, B: 2, ä: 3, '10': 4, '9': 5 })).toBe('{"10":4,"9":5,"B":2,"a":1,"ä":3}')
  })

  it('refuses what JSON cannot carry', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, 1n, [undefined]])
      expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('does not depend on the order keys were written in, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(shuffled(value))).toBe(text)
        expect(JSON.stringify(JSON.parse(text))).toBe(
          JSON.stringify(JSON.parse(canonicalJson(JSON.parse(text)))),
        )
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })
})

describe('the content of a playbook', () => {
  const load = (text: string) => {
    const result = loadPlaybook(text, 'sample.yaml')
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return result.playbook
  }

  it('is the same for other comments, spacing and version numbers, and another for another figure', () => {
    const content = playbookContent(load(sample))
    expect(playbookContent(load(`# a comment\n${sample}\n\n`))).toBe(content)
    expect(playbookContent({ ...load(sample), version: 7 })).toBe(content)
    expect(playbookContent(load(sample.replace('target: 5m', 'target: 300s')))).toBe(content)
    expect(playbookContent(load(sample.replace('target: 5m', 'target: 6m')))).not.toBe(content)
  })
})
