import { describe, expect, it } from 'vitest'
import type { Act, Step } from '../../../client/state/acts.ts'
import { allActs } from '../../../client/views/room/acts/registry.ts'
import { readSlash, slashOffers, slashWords } from '../../../client/views/room/acts/slash.ts'
import { slashIn } from '../../../client/views/room/acts/slash-in.ts'

const steps: Record<string, Step> = {
  to: {
    kind: 'choose',
    name: 'to',
    label: 'Severity',
    options: [
      { value: 'P1', label: 'P1 Critical' },
      { value: 'P2', label: 'P2 High', whyNot: 'It is this now.' },
      { value: 'P10', label: 'P10 Dust' },
    ],
  },
  reason: { kind: 'text', name: 'reason', label: 'Reason', max: 20 },
}

const act: Act<null> = {
  id: 'severity',
  title: 'Change severity',
  group: 'Incident',
  slash: { severity: {}, worst: { to: 'P1' } },
  whyNot: () => null,
  next: (values) => Object.values(steps).find((step) => values[step.name] === undefined) ?? null,
  run: async () => null,
}
const words = slashWords([act])
const read = (word: string, rest: string) => {
  const found = words.find((w) => w.word === word)
  if (found === undefined) throw new Error(word)
  return readSlash(found, rest, null, 0)
}

describe('slash words', () => {
  it('are read at the beginning only, and paths are not commands', () => {
    expect(slashIn('/severity P1 why')).toEqual({ word: 'severity', rest: 'P1 why' })
    expect(slashIn('/Sev')).toEqual({ word: 'sev', rest: null })
    expect(slashIn('/severity ')).toEqual({ word: 'severity', rest: '' })
    for (const text of ['/etc/hosts is full', ' /severity P1', 'and/or', '/2 of them'])
      expect(slashIn(text)).toBeNull()
  })

  it('“/ack” is the acknowledgement of whoever types it, and “ack” within a message is talk (R90)', () => {
    const ack = slashWords(allActs).find(({ word }) => word === 'ack')
    expect(ack?.act.id).toBe('incident.acknowledge')
    expect(slashIn('/ack')).toEqual({ word: 'ack', rest: null })
    for (const text of ['ack', 'Ack!', ' /ack', 'I /ack this', '// ack']) expect(slashIn(text)).toBeNull()
  })

  it('are offered by their beginning, then by their letters', () => {
    expect(slashOffers(words, '').map((w) => w.word)).toEqual(['severity', 'worst'])
    expect(slashOffers(words, 'sev').map((w) => w.word)).toEqual(['severity'])
    expect(slashOffers(words, 'zz')).toEqual([])
  })

  it('take their answers in the order of the questions', () => {
    expect(read('severity', 'p1 the queue is full')).toEqual({
      values: { to: 'P1', reason: 'the queue is full' },
      complete: true,
      problem: null,
    })
    expect(read('severity', 'P1 Critical it burns').values).toEqual({ to: 'P1', reason: 'it burns' })
    expect(read('severity', 'P10 no matter').values).toEqual({ to: 'P10', reason: 'no matter' })
    expect(read('worst', 'it burns')).toMatchObject({
      values: { to: 'P1', reason: 'it burns' },
      complete: true,
    })
  })

  it('leave to the palette what was not said', () => {
    expect(read('severity', '')).toEqual({ values: {}, complete: false, problem: null })
    expect(read('severity', 'P1')).toEqual({ values: { to: 'P1' }, complete: false, problem: null })
  })

  it('say what cannot be meant', () => {
    expect(read('severity', 'P7 why').problem).toBe('Severity: which one? P1 Critical, P2 High, P10 Dust')
    expect(read('severity', 'P2 why').problem).toBe('P2 High: It is this now.')
    expect(read('severity', 'P1 because of far too many words').problem).toContain('20 are the most')
  })
})
