import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { readHtmlTable } from '../../../../shared/playbook/import/html-tables.ts'
import { type ImportedPlan, importPlan } from '../../../../shared/playbook/import/index.ts'
import { longestLine, mostLines } from '../../../../shared/playbook/import/lines.ts'
import { namer } from '../../../../shared/playbook/import/notes.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'

const folder = new URL('../../../fixtures/plans/', import.meta.url)
const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
const lines = texts.flatMap((text) => text.split('\n'))

/** Plans as people paste them: lines of real ones in any order, with what breaks readers between them. */
const pasted = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...lines) },
      fc.constantFrom(
        '```',
        '> ',
        '| a | b |',
        '|---|---|',
        '<div>',
        '-->',
        '    deep',
        '- - - x',
        '{{',
        '**',
        '# ',
        '\t',
        '1) x',
        '[](',
        '\u0000x',
        '\u2028',
      ),
      fc.string({ maxLength: 60, unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('- ', '| ', '### ', '> ', '1. '),
          fc.constantFrom(
            'P0',
            'SEV-1/2',
            'within 15 min',
            'T+5',
            '24/7',
            'constructor',
            '__proto__',
            'every 30 min',
            'CTO → CEO',
          ),
        )
        .map(([a, b]) => a + b),
    ),
    { maxLength: 60 },
  )
  .chain((all) => fc.constantFrom('\n', '\r\n', '\r').map((end) => all.join(end)))

/** Lists and quotes in one another, deeper than any reader goes, with other blocks and headings between them. */
const nested = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .tuple(fc.nat(32), fc.constantFrom(2, 3, 4), fc.constantFrom('- ', '* ', '1. ', '7) ', '> ', ''))
          .map(([deep, width, sign]) => `${' '.repeat(deep * width)}${sign}`),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('- ', '> ', '>', '1. ', '> - '), fc.nat(32))
          .map(([sign, deep]) => sign.repeat(deep)),
      },
      {
        weight: 2,
        arbitrary: fc.nat(30).map((deep) =>
          Array.from({ length: deep }, (_, i) => `${'  '.repeat(i)}- word`)
            .join('\n')
            .concat('\n'),
        ),
      },
      fc.constantFrom('\n', '## ', '\n## ', '```\n', '[a]: ', '<!-- ', '<div>\n', '| a | b |\n|---|---|\n| '),
    ),
    { maxLength: 30 },
  )
  .map((starts) =>
    starts.flatMap((start, i) => `${start}${/## $/.test(start) ? 'Steps' : `word ${i} says it`}`.split('\n')),
  )

function read(text: string): ImportedPlan | null {
  const result = importPlan(text)
  return result.ok ? result.plan : null
}

function misplaced({ findings, lines }: ImportedPlan): unknown[] {
  return findings.filter(
    (one) => !(lines[one.line - 1] ?? '').includes(one.words) || one.to < one.line || one.to > lines.length,
  )
}

describe('any text', () => {
  it('never throws, and its draft loads', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        const plan = read(text)
        if (plan === null) return
        const loaded = loadPlaybook(plan.draft.yaml, 'draft.yaml')
        expect(loaded.ok ? [] : loaded.problems).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('gives the same twice', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        expect(importPlan(text)).toEqual(importPlan(text))
      }),
      { numRuns: 40 },
    )
  })

  it('finds nothing without words that stand on its line', () => {
    fc.assert(
      fc.property(pasted, (text) => {
        const plan = read(text)
        if (plan !== null) expect(misplaced(plan)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('loses no line, however deep lists and quotes stand in one another', () => {
    fc.assert(
      fc.property(nested, (lines) => {
        const plan = read(lines.join('\n'))
        const said = new Set(plan?.notUnderstood.map(({ line }) => line))
        for (const { line, to, under } of plan?.findings ?? [])
          for (const one of [...under, ...lines.map((_, i) => i + 1).slice(line - 1, to)]) said.add(one)
        expect(lines.filter((line, i) => /word/.test(line) && !said.has(i + 1))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('says of every line of the samples that it was read or that it was not understood', () => {
    for (const text of texts) {
      const plan = read(text)
      if (plan === null) throw new Error('a sample that cannot be read')
      expect(misplaced(plan)).toEqual([])
      for (const { line, words } of plan.notUnderstood)
        expect(plan.lines[line - 1]?.trim().startsWith(words.slice(0, 50))).toBe(true)
    }
  })
})

describe('the form of a text', () => {
  it.each(texts)('does not change what it says: CRLF and a byte order mark', (text) => {
    const plain = read(text)
    expect(read(`\uFEFF${text.replace(/\n/g, '\r\n')}`)).toEqual(plain)
  })

  it('refuses ten megabytes, nothing, and what is no text', () => {
    expect(importPlan('x'.repeat(10 * 1024 * 1024))).toMatchObject({
      ok: false,
      why: expect.stringContaining('larger than 1 MB'),
    })
    expect(importPlan(' \n\n')).toMatchObject({ ok: false })
    expect(importPlan('PK\0\0')).toMatchObject({ ok: false })
  })

  it('says where letters are garbled and leaves them out of the draft', () => {
    const plan = read(
      '# Plan\n\n## Templates\n\n```\nüö® Outage of [service]\nItâ€™s being looked at by [name]\n```\n',
    )
    expect(plan?.garbled).toEqual([6, 7])
    expect(plan?.draft.yaml).not.toMatch(/ö|â€/)
    expect(plan?.draft.yaml).toContain('L6')
    expect(loadPlaybook(plan?.draft.yaml ?? '', 'd').ok).toBe(true)
  })

  it('refuses more lines than anybody writes', () => {
    expect(importPlan('- x\n'.repeat(mostLines))).toMatchObject({
      ok: false,
      why: 'The plan has more than 20,000 lines. Paste the part about incidents.',
    })
  })

  it('lists a line longer than anybody writes as not understood, and reads the lines around it', () => {
    const long = `- [ ] Page the CTO within 5 minutes ${'a'.repeat(longestLine)}`
    const plan = read(`# Plan\n\n## Steps\n\n- [ ] Look\n${long}\n- [ ] Repair\n`)
    expect(plan?.notUnderstood.map(({ line }) => line)).toEqual([6])
    expect(plan?.findings.flatMap((one) => (one.kind === 'task' ? [one.value.text] : []))).toEqual([
      'Look',
      'Repair',
    ])
    expect(plan?.findings.filter(({ line, to }) => line <= 6 && to >= 6)).toEqual([])
  })

  it('reads a paragraph without an end in parts', () => {
    const plan = read(`# Plan\n\n## Escalation\n\n${'CTO → CEO\n'.repeat(2_000)}`)
    const spans = plan?.findings.map(({ line, to }) => to - line) ?? []
    expect(spans.length).toBeGreaterThan(5)
    expect(Math.max(...spans)).toBeLessThan(longestLine / 'CTO → CEO'.length + 2)
  })

  it('repeats no more cells than a table has, however far its spans reach', () => {
    const lines = ['<table>', ...Array.from({ length: 400 }, () => '<td rowspan=50 colspan=50>a'), '</table>']
    const [table] = readHtmlTable(lines, 1)?.blocks ?? []
    const cells = table?.kind === 'table' ? [...table.head, ...table.rows.flat()] : []
    expect(cells.length).toBeGreaterThan(400)
    expect(cells.length).toBeLessThan(400 * 10)
  })

  it('looks once for each id, however often a plan says the same words', () => {
    const asked = vi.spyOn(Set.prototype, 'has')
    const named = namer()
    const count = 3_000
    const ids = Array.from({ length: count }, () => named('Scale up', 36))
    const looks = asked.mock.calls.length
    asked.mockRestore()
    expect(ids.slice(0, 3)).toEqual(['scale-up', 'scale-up-2', 'scale-up-3'])
    expect(new Set(ids).size).toBe(count)
    expect(looks).toBeLessThan(3 * count)
  })
})
