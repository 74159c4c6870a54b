import { expect, it } from 'vitest'
import {
  type Left,
  nextDay,
  onAnotherDay,
  readLeft,
  wasAway,
} from '../../../client/views/room/timeline/scribe-left.ts'

const at = Date.UTC(2026, 10, 20, 23, 50)
const minute = 60_000
const left: Left = {
  kind: 'event',
  text: 'Pods restart',
  reason: '',
  audience: 'internal',
  since: at,
  until: at + 5 * minute,
}

it('is asked about its time after more than half an hour without a key', () => {
  expect(wasAway(left, at + 35 * minute)).toBe(false)
  expect(wasAway(left, at + 35 * minute + 1)).toBe(true)
  // An earlier version of the page did not say when it was left.
  expect(wasAway({ ...left, until: null }, at + 30 * minute + 1)).toBe(true)
  expect(wasAway({ ...left, since: null }, at + 90 * minute)).toBe(false)
})

it('shows the day of a time that is not of today, UTC', () => {
  expect(onAnotherDay(at, at + 9 * minute)).toBe(false)
  expect(onAnotherDay(at, at + 10 * minute)).toBe(true)
  expect(onAnotherDay(at + 10 * minute, at)).toBe(true)
  expect([nextDay(at), nextDay(at + 10 * minute)]).toEqual([at + 10 * minute, at + (10 + 24 * 60) * minute])
})

it('reads what was left, also by an earlier version', () => {
  expect(readLeft(JSON.stringify(left))).toEqual(left)
  expect(readLeft('{"text":"Pods"}')).toEqual({
    kind: null,
    text: 'Pods',
    reason: '',
    audience: 'internal',
    since: null,
    until: null,
  })
  expect([readLeft(null), readLeft('7'), readLeft('{}')]).toEqual([null, null, null])
})
