import { describe, expect, it } from 'vitest'
import type { Act } from '../../../client/state/acts.ts'
import { fuzzy } from '../../../client/state/fuzzy.ts'
import { optionSection, paletteSections } from '../../../client/views/palette/palette-list.ts'
import { allActs } from '../../../client/views/room/acts/registry.ts'

const act = (
  id: string,
  title: string,
  group: string,
  whyNot: string | null = null,
  words?: string,
): Act<null> => ({
  id,
  title,
  group,
  ...(words === undefined ? {} : { words }),
  whyNot: () => whyNot,
  next: () => null,
  run: async () => null,
})
const acts = [
  act('ack', 'Acknowledge', 'Incident', 'Acknowledged already.'),
  act('sev', 'Change severity', 'Incident', null, 'raise lower'),
  act('tick', 'Tick task', 'Tasks'),
]
const places = [{ id: 'p', group: 'People', label: 'Tomás Rivera', go: () => {} }]
const shown = (query: string, recent: string[] = []) =>
  paletteSections(query, acts, places, recent, null).map((s) => [
    s.title,
    ...s.lines.map((line) => line.label),
  ])

describe('the palette', () => {
  it('lists what was used last first, then everything under its heading', () => {
    expect(shown('', ['tick'])).toEqual([
      ['Used last', 'Tick task'],
      ['Incident', 'Acknowledge', 'Change severity'],
    ])
  })

  it('finds by words nobody shows, without accents, and people too', () => {
    expect(shown('raise')).toEqual([['Do', 'Change severity']])
    expect(shown('tomas')).toEqual([['People', 'Tomás Rivera']])
  })

  it('keeps what is not possible, behind what is, with the reason', () => {
    const [section] = paletteSections('ack', [...acts, act('back', 'Back', 'Go')], [], [], null)
    expect(section?.lines.map((line) => (line.kind === 'act' ? [line.label, line.whyNot] : []))).toEqual([
      ['Back', null],
      ['Acknowledge', 'Acknowledged already.'],
    ])
  })

  it('keeps options in their own order until something is typed', () => {
    const options = [
      { value: 'b', label: 'Beta' },
      { value: 'a', label: 'Alpha' },
    ]
    expect(optionSection('', 'Which', options)[0]?.lines.map((l) => l.label)).toEqual(['Beta', 'Alpha'])
    expect(optionSection('al', 'Which', options)[0]?.lines.map((l) => l.label)).toEqual(['Alpha'])
    expect(optionSection('zzz', 'Which', options)).toEqual([])
  })

  it('finds every act first by its own title', () => {
    for (const { title } of allActs) {
      const best = [...allActs].sort((a, b) => fuzzy(title, b.title) - fuzzy(title, a.title))[0]
      expect(best?.title).toBe(title)
    }
  })
})
