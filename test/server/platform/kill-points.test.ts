import { describe, expect, it } from 'vitest'
import { parseKillAt } from '../../../server/platform/kill-points.ts'

describe('kill points', () => {
  it('are named, with the passing to die at', () => {
    expect(parseKillAt('in-commit')).toEqual({ point: 'in-commit', passing: 1 })
    expect(parseKillAt('snapshot:37')).toEqual({ point: 'snapshot', passing: 37 })
  })

  it.each(['', 'nowhere', 'in-commit:0', 'in-commit:x', 'in-commit:1.5'])('refuses "%s"', (text) => {
    expect(() => parseKillAt(text)).toThrow(/kill point must be one of before-commit/)
  })
})
