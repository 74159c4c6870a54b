import { describe, expect, it } from 'vitest'
import { worthPinning } from '../../../client/components/room/worth-pinning.ts'
import { chatRow } from '../../helpers/chat-row.ts'

describe('what may be worth pinning', () => {
  it.each([
    ['We decided to wait', 'decision'],
    ['let’s roll back', 'decision'],
    ["Let's try it", 'decision'],
    ['Redis at 95 % of memory', 'figure'],
    ['p99 is 1,200 ms now', 'figure'],
    ['212 workspaces hit', 'figure'],
    ['it began at 14:01', 'time'],
    ['see https://grafana.example/d/1', 'link'],
    ['hello there', null],
    ['version 4.18.0', null],
    ['ratio 16:90 or so', null],
    ['lock.ts:14:03 throws', null],
  ])('%s', (text, reason) => {
    expect(worthPinning(chatRow(text), null)).toBe(reason)
  })

  it('is all the commander says, as long as it stands unpinned', () => {
    expect(worthPinning(chatRow('hello'), 'maya')).toBe('commander')
    expect(worthPinning(chatRow('hello'), 'priya')).toBeNull()
    expect(worthPinning(chatRow('We decided', { pinnedAs: 7 }), 'maya')).toBeNull()
    expect(worthPinning(chatRow('', { deleted: true }), 'maya')).toBeNull()
  })
})
