import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BusinessHours, nextBusinessDay } from '../../../../shared/playbook/calendar/calendar.ts'
import { dayAt, instantOf, isZone, offsetAt } from '../../../../shared/playbook/calendar/zone.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const nineToFive = [{ from: 9 * 60, to: 17 * 60 }]
const office = (zone: string, holidays: string[] = []): BusinessHours => ({
  zone,
  week: [[], nineToFive, nineToFive, nineToFive, nineToFive, nineToFive, []],
  holidays,
})

describe('time zones', () => {
  it('knows real zones and refuses what is none, offsets without a summer among them', () => {
    for (const zone of ['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires'])
      expect(isZone(zone)).toBe(true)
    for (const zone of ['', 'Mars/Olympus', '+02:00', '../etc', 'Europe/Londres'])
      expect(isZone(zone)).toBe(false)
  })

  it('reads a local time back to the instant it came from, whatever zone and summer time', () => {
    const zones = ['UTC', 'Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: utc('2020-01-01T00:00'), max: utc('2035-01-01T00:00') }),
        (zone, at) => {
          const minute = Math.floor(at / 60_000) * 60_000
          const wall = minute + offsetAt(minute, zone)
          const back = instantOf(dayAt(minute, zone), (wall % 86_400_000) / 60_000, zone)
          // An hour that comes twice is read as its first coming.
          expect(back).toBeLessThanOrEqual(minute)
          expect(minute - back).toBeLessThanOrEqual(3_600_000)
          expect(back + offsetAt(back, zone)).toBe(wall)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('takes a time that clocks jump over as the moment of the jump', () => {
    expect(instantOf({ year: 2026, month: 3, day: 29 }, 90, 'Europe/London')).toBe(utc('2026-03-29T01:00'))
  })

  it('takes a time that comes twice as its first coming', () => {
    expect(instantOf({ year: 2026, month: 10, day: 25 }, 90, 'Europe/London')).toBe(utc('2026-10-25T00:30'))
  })
})

describe('the next business day', () => {
  it('is Tuesday for a Friday evening before a Monday that is a holiday (R18)', () => {
    const hours = office('Europe/London', ['2026-11-23'])
    const friday = utc('2026-11-20T18:00')
    expect(nextBusinessDay(friday, 'start', hours)).toBe(utc('2026-11-24T09:00'))
    expect(nextBusinessDay(friday, 'end', hours)).toBe(utc('2026-11-24T17:00'))
  })

  it('keeps local hours across the change of clocks', () => {
    const hours = office('Europe/London')
    expect(nextBusinessDay(utc('2026-03-27T18:00'), 'end', hours)).toBe(utc('2026-03-30T16:00'))
    expect(nextBusinessDay(utc('2026-10-23T17:30'), 'start', hours)).toBe(utc('2026-10-26T09:00'))
  })

  it('goes by the day of the zone, not of UTC', () => {
    // 22:30 UTC on Sunday is already Monday morning in Auckland.
    expect(nextBusinessDay(utc('2026-11-22T22:30'), 'start', office('Pacific/Auckland'))).toBe(
      utc('2026-11-23T20:00'),
    )
  })

  it('is unknown where no day is worked', () => {
    expect(nextBusinessDay(0, 'end', { ...office('UTC'), week: [[], [], [], [], [], [], []] })).toBeNull()
  })
})
