import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readThread } from '../../../shared/incident/pasted-thread.ts'
import { guessedDay, type Stamp, threadTimes } from '../../../shared/incident/pasted-times.ts'

/** `maya 14:03 text`, shorter than objects. */
function shape(raw: string, known: readonly string[] = []): string[] | null {
  const lines = readThread(raw, known)
  return lines?.map(({ author, stamp, text }) => `${author} ${clock(stamp)} ${text}`) ?? null
}

function clock(stamp: Stamp | null): string {
  if (stamp === null) return '-'
  const { hours, minutes, seconds } = stamp.time
  const day =
    stamp.day === null ? '' : stamp.day.kind === 'date' ? `${stamp.day.day} ` : `-${stamp.day.days}d `
  return `${day}${hours}:${String(minutes).padStart(2, '0')}${seconds === 0 ? '' : `:${String(seconds).padStart(2, '0')}`}`
}

describe('a copied conversation', () => {
  it.each([
    [
      'Slack, name and time in a line',
      'Maya Chen  2:14 PM\nCheckout is down\nstill looking\nTomás Rivera  2:16 PM\nRolling back',
      ['Maya Chen 14:14 Checkout is down\nstill looking', 'Tomás Rivera 14:16 Rolling back'],
    ],
    [
      'Slack, the time under the name, one person twice',
      'Maya Chen\n  10:31 AM\nCheckout is down\n10:32\nEverywhere\nTomás Rivera\n  10:33 AM\nOn it\n2 replies',
      ['Maya Chen 10:31 Checkout is down', 'Maya Chen 10:32 Everywhere', 'Tomás Rivera 10:33 On it'],
    ],
    [
      'Slack, a status and a program',
      'Maya Chen:palm_tree:  9:02 AM\nHello\nDeploybotAPP  12:03 AM\nDeployed 4.18',
      ['Maya Chen 9:02 Hello', 'Deploybot 0:03 Deployed 4.18'],
    ],
    [
      'Teams',
      '[2:14 PM] Maya Chen\nCheckout is down\n[2:15 PM] Tomás Rivera\nOn it',
      ['Maya Chen 14:14 Checkout is down', 'Tomás Rivera 14:15 On it'],
    ],
    [
      'Teams, the day under the name',
      'Maya Chen\n11/20/2026 2:14 PM\nCheckout is down\nTomás Rivera\n11/20/2026 2:15 PM\nOn it',
      ['Maya Chen 2026-11-20 14:14 Checkout is down', 'Tomás Rivera 2026-11-20 14:15 On it'],
    ],
    [
      'Discord',
      'maya — Today at 2:14 PM\nCheckout is down\ntomas — Yesterday at 11:50 PM\nNot here',
      ['maya -0d 14:14 Checkout is down', 'tomas -1d 23:50 Not here'],
    ],
    [
      'brackets',
      '[14:03] maya: down\n[14:04] tomas: since when?',
      ['maya 14:03 down', 'tomas 14:04 since when?'],
    ],
    [
      'IRC',
      '14:03 <maya> down\n[14:04] <@tomas> since when?',
      ['maya 14:03 down', 'tomas 14:04 since when?'],
    ],
    [
      'WhatsApp on Android',
      '20/11/2026, 14:03 - Maya Chen: down\nreally\n20/11/2026, 14:04 - Tomás: since when?',
      ['Maya Chen 2026-11-20 14:03 down\nreally', 'Tomás 2026-11-20 14:04 since when?'],
    ],
    [
      'WhatsApp on an iPhone',
      '[20.11.26, 14:03:11] Maya Chen: down\n[20.11.26, 14:04:00] Tomás: since when?',
      ['Maya Chen 2026-11-20 14:03:11 down', 'Tomás 2026-11-20 14:04 since when?'],
    ],
    [
      'a log of a channel',
      '2026-11-20 14:03:11 maya checkout is down\n2026-11-20 14:03:40 tomas since when',
      ['maya 2026-11-20 14:03:11 checkout is down', 'tomas 2026-11-20 14:03:40 since when'],
    ],
    [
      'names and colons',
      'maya: checkout is down\ntomas: since when?\nmaya: 14:01',
      ['maya - checkout is down', 'tomas - since when?', 'maya - 14:01'],
    ],
  ])('is known from %s', (_form, raw, expected) => {
    expect(shape(raw)).toEqual(expected)
    expect(shape(raw.replaceAll('\n', '\r\n'))).toEqual(expected)
  })

  it('is known by a name of somebody here where nobody speaks twice', () => {
    const raw = 'Maya Chen: checkout is down\nTomás: since when?'
    expect(shape(raw)).toBeNull()
    expect(shape(raw, ['Maya Chen'])).toHaveLength(2)
  })

  it.each([
    ['one message', '[14:03] maya: down'],
    ['a sentence', 'Checkout is down since 14:03.\nWe look.'],
    ['sentences that end in a time', 'Checkout is down since 14:03\nRestarted at 14:05\nDeployed 4:18'],
    ['settings', 'name: checkout\nimage: checkout:4.18\nreplicas: 3'],
    [
      'a log of a machine',
      '2026-11-20 14:03:11 ERROR lock wait timeout\n2026-11-20 14:03:12 WARN gave up after 5',
    ],
    ['a stack trace', 'Error: lock wait\n    at wait (lock.ts:14:03)\n    at run (run.ts:2:14)'],
    ['a mail', 'From: Maya Chen\nSubject: checkout\nDate: today\n\nIt is down'],
    ['times that no clock shows', '[25:03] maya: down\n[13:99] tomas: what'],
  ])('is not seen in %s', (_what, raw) => {
    expect(readThread(raw)).toBeNull()
  })

  const author = fc.constantFrom('maya', 'Tomás', 'li-wei')
  const words = fc
    .array(fc.constantFrom('checkout', 'is', 'down', 'again', '14', 'why?'), { minLength: 2, maxLength: 6 })
    .map((parts) => parts.join(' '))
  const message = fc.record({ author, words, minutes: fc.nat({ max: 1439 }) })
  const two = (n: number) => String(n).padStart(2, '0')
  const forms: Record<string, (time: string, author: string, text: string) => string> = {
    brackets: (time, who, text) => `[${time}] ${who}: ${text}`,
    irc: (time, who, text) => `${time} <${who}> ${text}`,
    whatsapp: (time, who, text) => `20/11/2026, ${time} - ${who}: ${text}`,
    headed: (time, who, text) => `${who}  ${time}\n${text}`,
    under: (time, who, text) => `${who}\n${time}\n${text}`,
    logged: (time, who, text) => `2026-11-20 ${time}:00 ${who} ${text}`,
  }

  it('gives back who said what and when, in every form', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 2, maxLength: 8 }),
        fc.constantFrom(...Object.keys(forms)),
        (messages, form) => {
          const raw = messages
            .map((m) =>
              forms[form]?.(`${two(Math.floor(m.minutes / 60))}:${two(m.minutes % 60)}`, m.author, m.words),
            )
            .join('\n')
          expect(
            readThread(raw)?.map(({ author, text, stamp }) => ({
              author,
              words: text,
              minutes: (stamp?.time.hours ?? 0) * 60 + (stamp?.time.minutes ?? 0),
            })),
          ).toEqual(messages)
        },
      ),
    )
  })

  it('takes any text without failing, and invents no words', () => {
    const bits = fc.constantFrom(
      '14:03',
      '[',
      ']',
      'maya',
      ': ',
      '\n',
      ' ',
      '<',
      '>',
      '—',
      '2026-11-20',
      'PM',
      'é',
      '- ',
    )
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 40 }).map((parts) => parts.join('')),
        (raw) => {
          for (const line of readThread(raw) ?? []) {
            expect(line.author.trim()).not.toBe('')
            for (const part of line.text.split('\n')) expect(raw).toContain(part.trim())
          }
        },
      ),
    )
  })
})

describe('the times of a copied conversation', () => {
  const utc = (day: string, { hours, minutes, seconds }: Stamp['time']) =>
    Date.parse(`${day}T00:00:00Z`) + ((hours * 60 + minutes) * 60 + seconds) * 1_000
  const at = (hours: number, minutes: number): Stamp => ({ time: { hours, minutes, seconds: 0 }, day: null })
  const iso = (times: (number | null)[]) =>
    times.map((ms) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16)))

  it('go on past midnight, and stay on the day when two lines changed places', () => {
    const stamps = [at(23, 58), at(0, 2), at(0, 1)]
    expect(iso(threadTimes(stamps, '2026-11-20', utc))).toEqual([
      '2026-11-20T23:58',
      '2026-11-21T00:02',
      '2026-11-21T00:01',
    ])
  })

  it('are borrowed from the line before, or the first that has one', () => {
    expect(iso(threadTimes([null, at(14, 3), null], '2026-11-20', utc))).toEqual([
      '2026-11-20T14:03',
      '2026-11-20T14:03',
      '2026-11-20T14:03',
    ])
    expect(threadTimes([null, null], '2026-11-20', utc)).toEqual([null, null])
  })

  it('are guessed to be the last ones that can have been', () => {
    const now = Date.parse('2026-11-21T10:00:00Z')
    expect(guessedDay([at(9, 0), at(9, 30)], now, '2026-11-21', utc)).toBe('2026-11-21')
    expect(guessedDay([at(9, 0), at(10, 30)], now, '2026-11-21', utc)).toBe('2026-11-20')
    expect(guessedDay([at(23, 0), at(0, 30)], now, '2026-11-21', utc)).toBe('2026-11-20')
    const written: Stamp = { ...at(9, 0), day: { kind: 'date', day: '2026-11-02' } }
    expect(guessedDay([written], now, '2026-11-21', utc)).toBe('2026-11-02')
    const said: Stamp = { ...at(9, 0), day: { kind: 'before', days: 1 } }
    expect(guessedDay([said], now, '2026-11-21', utc)).toBe('2026-11-20')
  })
})
