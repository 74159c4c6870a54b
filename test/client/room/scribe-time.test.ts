import { describe, expect, it } from 'vitest'
import { mentionsIn, openMention, readScribe } from '../../../client/components/room/scribe-time.ts'
import { distance, whenInWords } from '../../../client/components/room/when-words.ts'

const at = (text: string) => Date.parse(`2026-11-21T${text}Z`)
const now = at('14:29:31')

describe('time in the scribe bar', () => {
  it('leaves plain text to the first key', () => {
    expect(readScribe('API answers nobody', now)).toEqual({
      text: 'API answers nobody',
      occurredAt: null,
      ahead: null,
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
    expect(readScribe(raw, now)).toEqual({ text, occurredAt, ahead: null, problem: null })
  })

  it('gives whole milliseconds, as the server wants them', () => {
    expect(readScribe('-5m x', now + 0.7).occurredAt).toBe(at('14:24:31'))
  })

  it('knows the time before the words are there', () => {
    expect(readScribe('-5m', now)).toEqual({
      text: '',
      occurredAt: at('14:24:31'),
      ahead: null,
      problem: null,
    })
  })

  it('chooses no day for a time that has not come: a slip must not become yesterday', () => {
    const morning = at('10:00:00')
    expect(readScribe('23:59 Redis', morning)).toEqual({
      text: 'Redis',
      occurredAt: null,
      ahead: { today: at('23:59:00'), yesterday: at('23:59:00') - 86_400_000 },
      problem: null,
    })
    expect(readScribe('Redis | 14:30', now).ahead?.today).toBe(at('14:30:00'))
    expect(readScribe('14:29 Redis', now)).toMatchObject({ occurredAt: at('14:29:00'), ahead: null })
  })

  it('says a moment with its day and how far it lies off', () => {
    const morning = at('10:00:00')
    expect(whenInWords(at('09:55:00'), morning)).toBe('Sat 21 Nov 09:55:00 UTC, today, 5 min ago')
    expect(whenInWords(at('23:59:00') - 86_400_000, morning)).toBe(
      'Fri 20 Nov 23:59:00 UTC, yesterday, 10 h 1 min ago',
    )
    expect(whenInWords(at('10:00:00') - 3 * 86_400_000, morning)).toBe('Wed 18 Nov 10:00:00 UTC, 3 d ago')
    expect(distance(at('13:00:00'), morning)).toBe('in 3 h')
    expect(distance(morning, morning)).toBe('now')
    expect(distance(morning - 12_000, morning)).toBe('12 s ago')
  })

  it.each(['-5 units left', '- 5m', '25:10 is no time', '14:5', '-5mb of memory', '14:05Z'])(
    'does not take %s for a time',
    (raw) => {
      expect(readScribe(raw, now)).toEqual({ text: raw, occurredAt: null, ahead: null, problem: null })
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
