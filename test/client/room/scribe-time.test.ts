import { describe, expect, it } from 'vitest'
import { mentionsIn, openMention, readScribe } from '../../../client/components/room/scribe-time.ts'

const at = (text: string) => Date.parse(`2026-11-21T${text}Z`)
const now = at('14:29:31')

describe('time in the scribe bar', () => {
  it('leaves plain text to the first key', () => {
    expect(readScribe('API answers nobody', now)).toEqual({
      text: 'API answers nobody',
      occurredAt: null,
      problem: null,
    })
  })

  it.each([
    ['-5m Redis is full', at('14:24:31'), 'Redis is full'],
    ['-90s Redis', at('14:28:01'), 'Redis'],
    ['-1h30m Redis', at('12:59:31'), 'Redis'],
    ['-5min Redis', at('14:24:31'), 'Redis'],
    ['14:05 Redis is full', at('14:05:00'), 'Redis is full'],
    ['9:07 Redis', at('09:07:00'), 'Redis'],
    ['14:05:30 Redis', at('14:05:30'), 'Redis'],
    ['Redis is full | 14:05', at('14:05:00'), 'Redis is full'],
  ])('reads %s', (raw, occurredAt, text) => {
    expect(readScribe(raw, now)).toEqual({ text, occurredAt, problem: null })
  })

  it('gives whole milliseconds, as the server wants them', () => {
    expect(readScribe('-5m x', now + 0.7).occurredAt).toBe(at('14:24:31'))
  })

  it('knows the time before the words are there', () => {
    expect(readScribe('-5m', now)).toEqual({ text: '', occurredAt: at('14:24:31'), problem: null })
  })

  it('takes a time of day that has not come for yesterday', () => {
    const midnight = Date.parse('2026-11-22T00:10:00Z')
    expect(readScribe('23:55 Redis', midnight).occurredAt).toBe(at('23:55:00'))
    expect(readScribe('14:29 Redis', now).occurredAt).toBe(at('14:29:00'))
    expect(readScribe('14:30 Redis', now).occurredAt).toBe(at('14:30:00') - 86_400_000)
  })

  it.each(['-5 units left', '- 5m', '25:10 is no time', '14:5', '-5mb of memory', '14:05Z'])(
    'does not take %s for a time',
    (raw) => {
      expect(readScribe(raw, now)).toEqual({ text: raw, occurredAt: null, problem: null })
    },
  )
})

describe('mentions', () => {
  const people = [
    { id: 'p1', name: 'Maya' },
    { id: 'p2', name: 'Maya Okafor' },
    { id: 'p3', name: 'Tomás' },
  ]
  it('finds whole names, the longest first', () => {
    expect(mentionsIn('@Maya Okafor and @tomás, look', people)).toEqual(['p2', 'p3'])
    expect(mentionsIn('@Maya look', people)).toEqual(['p1'])
    expect(mentionsIn('@Maya Okafor and @Maya', people)).toEqual(['p2', 'p1'])
  })
  it('is not fooled by longer words or addresses', () => {
    expect(mentionsIn('@Mayaland', people)).toEqual([])
    expect(mentionsIn('no mention of Maya', people)).toEqual([])
  })
  it('knows the word that is being written', () => {
    expect(openMention('ask @Ma', 7)).toEqual({ from: 4, query: 'Ma' })
    expect(openMention('mail a@Ma', 9)).toBeNull()
    expect(openMention('ask Ma', 6)).toBeNull()
  })
})
