import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatTarget,
  longestDuration,
  parseDuration,
  writeDuration,
} from '../../../shared/playbook/duration.ts'

describe('reading durations', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['3d', 259_200_000],
    ['1d2h3m4s', 93_784_000],
    [' 5m ', 300_000],
    ['3650d', 315_360_000_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms })
  })

  it.each([
    ['', /empty/],
    ['5', /"5" has no unit/],
    ['-5m', /"-5m" is negative/],
    ['5 m', /not a duration/],
    ['1.5h', /not a duration/],
    ['5min', /not a duration/],
    ['5M', /not a duration/],
    ['1w', /not a duration/],
    ['5m5m', /names the unit m twice/],
    ['30m1h', /from the larger unit to the smaller/],
    ['0m', /"0m" is zero/],
    ['11000d', /longer than ten years/],
    [`${'9'.repeat(400)}d`, /longer than ten years/],
  ])('%s is refused', (text, message) => {
    const result = parseDuration(text)
    expect(result.ok ? result.ms : result.message).toMatch(message)
  })

  it('takes zero only where it makes sense', () => {
    expect(parseDuration('0m', { zero: true })).toEqual({ ok: true, ms: 0 })
  })

  it('never quotes a long text back whole', () => {
    const result = parseDuration('x'.repeat(5000))
    expect(result.ok ? '' : result.message.length).toBeLessThan(80)
  })
})

describe('durations for people', () => {
  it.each([
    [0, '0 min'],
    [45_000, '45 s'],
    [90_000, '1 min 30 s'],
    [900_000, '15 min'],
    [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'],
    [86_400_000, '24 h'],
    [172_800_000, '48 h'],
    [259_200_000, '3 d'],
    [604_800_000, '7 d'],
    [262_800_000, '3 d 1 h'],
    [3_605_000, '1 h'],
    [-120_000, '−2 min'],
    [999, '0 min'],
  ])('%i ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('says whether the mark itself is still in time', () => {
    expect(formatTarget(300_000, 'inclusive')).toBe('within 5 min')
    expect(formatTarget(300_000, 'exclusive')).toBe('under 5 min')
  })

  it('writes what it reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: longestDuration / 1000 }), (seconds) => {
        expect(parseDuration(writeDuration(seconds * 1000))).toEqual({ ok: true, ms: seconds * 1000 })
      }),
    )
  })
})
