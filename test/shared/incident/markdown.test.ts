import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incidentMarkdown } from '../../../shared/incident/markdown.ts'
import { inline, quoted, quotedMarkdown, utc } from '../../../shared/incident/markdown-text.ts'
import { minute } from '../../helpers/playbook.ts'
import { everyEvent } from './every-event.ts'
import { ada, aRoom, lee, type Room, t0 } from './given-when-then.ts'

const people = new Map([
  ['kim', 'Kim'],
  ['lee', 'Lee'],
])

function markdown(room: Room, more: { document?: string; notes?: Record<string, string>; at?: number } = {}) {
  return incidentMarkdown({
    state: room.state,
    playbook: room.playbook,
    events: room.events,
    people,
    documentMarkdown: more.document ?? '',
    notes: more.notes ?? {},
    exportedAt: t0 + (more.at ?? 0),
  })
}
const section = (text: string, title: string) => {
  const after = text.split(`\n## ${title}\n`)[1]
  if (after === undefined) throw new Error(`no ${title}`)
  return after.split('\n## ')[0] ?? ''
}

describe('an incident as Markdown', () => {
  it('says what, under which playbook, and when', () => {
    const text = markdown(everyEvent(), { at: 27 * 60 * minute })
    expect(text.split('\n').slice(0, 12)).toEqual([
      '# K7QF: Checkout is down',
      '',
      'Exported 2026-01-06 15:00:00 UTC. All times are UTC.',
      '',
      '| Fact | Value |',
      '| --- | --- |',
      '| Product | Full |',
      '| Playbook | Bare, version 2 |',
      '| Severity | S2 Level 2 |',
      '| Status | Investigating since 2026-01-06 14:00:00 UTC |',
      '| Declared | by Kim |',
      '| Affected | search |',
    ])
    expect(text).toContain('| Time: alert fired | 2026-01-05 11:59:00 UTC |')
    expect(text).toContain('| Is it down? | yes |\n| Is data lost? | not answered |')
    expect(section(text, 'Roles')).toContain(
      [
        '- IC: Lee since 2026-01-05 13:01:00 UTC',
        '  - Kim: 2026-01-05 12:20:00 UTC to 2026-01-05 13:01:00 UTC',
        '- SCRIBE: vacant',
        '  - Lee: 2026-01-05 12:22:00 UTC to 2026-01-05 13:02:00 UTC',
      ].join('\n'),
    )
    expect(text.endsWith('\n')).toBe(true)
  })

  it('lists clocks with their verdicts', () => {
    const room = aRoom({ severity: 'S2' })
    room.must('incident.acknowledge', {}, { at: 5 * minute })
    room.must('status.set', { to: 'mitigating', reason: 'x' }, { at: 20 * minute })
    const clocks = section(markdown(room, { at: 40 * minute }), 'Clocks').split('\n')
    const of = (label: string) => clocks.find((line) => line.startsWith(`| ${label} |`))
    expect(of('ack')).toBe(
      '| ack | declared 2026-01-05 12:00:00 UTC | within 5 min | 2026-01-05 12:05:00 UTC | met 2026-01-05 12:05:00 UTC | never |',
    )
    expect(of('ack-under')).toContain('| under 5 min |')
    expect(of('ack-under')).toContain(
      '| late by less than 1 s, 2026-01-05 12:05:00 UTC | 2026-01-05 12:05:00 UTC |',
    )
    expect(of('lead')).toContain('| no target stated | none | no target stated | never |')
    expect(of('watch')).toContain('| not begun | within 15 min | none | not begun | never |')
    expect(of('Respond')).toContain('| under 30 min | 2026-01-05 12:30:00 UTC | overdue by 10 min | never |')
    expect(of('public')).toContain('| no target stated | none | no target stated | never |')
    expect(of('detect window')).toContain('| no longer counted | 2026-01-05 12:15:00 UTC |')
    room.must('incident.respond', {}, { at: 42 * minute })
    expect(markdown(room)).toContain('| late by 12 min, 2026-01-05 12:42:00 UTC |')
    expect(markdown(aRoom({ severity: 'S5' }))).toContain('| scheduled | none | no countdown | never |')
    expect(markdown(aRoom({ severity: null }))).toContain(
      '| no severity set | none | no severity set | never |',
    )
    expect(markdown(aRoom({ severity: 'S3' }))).toContain('| within 2 h (assumed) |')
  })

  it('lists tasks with who, when and why, and their notes', () => {
    const room = everyEvent()
    const lists = section(
      markdown(room, { notes: { 'first/stop': 'Queue 7\n# only', 'second/beta': ' ' } }),
      'Checklists',
    )
    expect(lists).toBe(
      [
        '',
        '### first (1 of 4)',
        '',
        '- [ ] Stop the queue (reworded; for IC)',
        '  > Queue 7\\',
        '  > \\# only',
        '- [x] Do look (done by Lee, 2026-01-05 12:23:00 UTC)',
        '- [ ] Do tell',
        '  - [ ] Do tell-team',
        '  - [ ] Do tell-users',
        '',
        '### second (0 of 2)',
        '',
        '- [ ] Do alpha (not applicable by Kim, 2026-01-05 12:25:00 UTC: No such host)',
        '- [ ] Do beta (for Lee)',
        '- [ ] Call the supplier (added)',
        '',
        '### drill (0 of 2)',
        '',
        '- Started by Kim, 2026-01-05 12:45:00 UTC. The cause: An alert',
        '- Ended by Kim, 2026-01-05 12:46:00 UTC. Did it work?: no',
        '- [ ] Do one',
        '- [ ] Do two',
        '',
      ].join('\n'),
    )
  })

  it('tells the timeline: both times, versions, strikes, pins and deletions', () => {
    const log = section(markdown(everyEvent()), 'Timeline')
    expect(log).toContain(
      '- 2026-01-05 12:06:00 UTC (recorded 2026-01-05 12:31:00 UTC): finding 37, Kim\n  > The pool was full\n  - Version 1 of 3: finding, happened 2026-01-05 12:05:00 UTC, by Kim, 2026-01-05 12:31:00 UTC',
    )
    expect(log).toContain('  - Version 2 of 3: finding, happened 2026-01-05 12:05:00 UTC, by Kim')
    expect(log).toContain('    > The database pool was full')
    expect(log).toMatch(
      /event \d+, Kim, struck\n {2}> It rained\n {2}- Struck by Lee, 2026-01-05 12:34:00 UTC: Beside/,
    )
    expect(log).toMatch(/chat \d+, Lee, edited once, pinned as \d+\n {2}> We roll back to 41/)
    expect(log).toMatch(
      /decision \d+, Lee, pinned from chat \d+ by Kim\n {2}> We roll back to 41\n {2}- Reason: It is fastest/,
    )
    expect(log).toMatch(/chat \d+, ada, deleted\n- /)
    expect(log).toContain('Kim changed the severity from S1 to S2 Level 2: Only some are hit')
    expect(log).toContain('- 2026-01-05 12:16:00 UTC: Respond: late by 2 min\n')
    expect(log).toContain(': report: met, marked by Kim\n')
    expect(log).not.toContain('Wrong room')
  })

  it('is the same text every time, whatever the order of the events', () => {
    const room = everyEvent()
    const given = { state: room.state, playbook: room.playbook, people, documentMarkdown: 'x', notes: {} }
    const text = incidentMarkdown({ ...given, events: room.events, exportedAt: t0 })
    expect(incidentMarkdown({ ...given, events: room.events.toReversed(), exportedAt: t0 })).toBe(text)
    expect(text).not.toMatch(/undefined|NaN|\[object/)
  })
})

describe('what people wrote', () => {
  const attacks = [
    '# Heading',
    'x\n## Timeline\n- forged',
    'x\r## Timeline',
    'x\u2028## Timeline',
    '| a | b |\n| --- | --- |',
    'Title\n===',
    'Title\n---',
    '```\nnever closed',
    '<!-- never closed',
    '<script>alert(1)</script>',
    '[click](javascript:alert(1))',
    '![x](http://example.com/x.png)',
    '> quote',
    '1. list',
    '- [x] done by Kim',
    '    indented code',
    '\tindented code',
    'a\\',
    '&lt;b&gt;',
    '\u202Egnp.exe',
  ]

  it.each(attacks)('forges nothing anywhere: %j', (text) => {
    const room = aRoom({ title: text, components: [text] })
    room.must('chat.send', { text })
    room.must('entry.pin', { ref: room.last('chat.sent'), kind: 'decision', reason: text })
    room.must('entry.add', { kind: 'event', text }, { by: lee })
    room.must('entry.amend', { ref: room.last('entry.added'), text: `${text}\n${text}` }, { by: ada })
    room.must('entry.strike', { ref: room.last('entry.added'), reason: text })
    room.must('task.reword', { task: 'first/look', text })
    room.must('task.not-applicable', { task: 'first/look', reason: text })
    room.must('task.add', { checklist: 'first', text })
    room.must('status.set', { to: 'mitigating', reason: text })
    const plain = markdown(aRoom()).split('\n')
    const forged = markdown(room, { document: text, notes: { 'first/tell': text } }).split('\n')
    const count = (lines: string[], pattern: RegExp) => lines.filter((line) => pattern.test(line)).length
    for (const pattern of [/^#{2,6} /, /^\| --- /, /^(=+|-{3,})$/])
      expect(count(forged, pattern)).toBe(count(plain, pattern))
    expect(count(forged, /^# /)).toBe(1)
    // Every line is one of ours or stands in a quotation.
    for (const line of forged) expect(line).toMatch(/^$|^(# |##|\|| *- | *>|Exported|Nothing)/)
    for (const line of forged.filter((line) => !/^ *>/.test(line)))
      expect(line).not.toMatch(/(^|[^\\])[<`]|(^|[^\\])\]\(|\u202E|\r|\u2028/)
    const cells = forged
      .filter((line) => line.startsWith('|'))
      .map((line) => line.match(/(?<!\\)\|/g)?.length)
    expect(cells.every((n) => n === 3 || n === 7)).toBe(true)
  })

  it('is kept in full: unescaping gives the words back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), (text) => {
        const line = inline(text)
        expect(line).not.toMatch(/\n/)
        expect(line.replace(/\\(.)/g, '$1')).toBe(text.trim())
      }),
      { numRuns: 300 },
    )
  })

  it('stays in its quotation, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const line of [...quoted(text, '  '), ...quotedMarkdown(text, '  ')]) {
          expect(line).toMatch(/^ {2}>/)
          expect(line).not.toMatch(/[\r\n\u2028\u2029\u0085]/)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps its lines, and a document its own Markdown', () => {
    expect(quoted('one\ntwo\n\nthree')).toEqual(['> one\\', '> two', '>', '> three'])
    expect(quotedMarkdown('# One\n\n- two\n')).toEqual(['> # One', '>', '> - two'])
    expect(utc(Date.UTC(2026, 0, 5, 12, 0, 0, 999))).toBe('2026-01-05 12:00:00 UTC')
  })
})
