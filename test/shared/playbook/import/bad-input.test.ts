import { describe, expect, it } from 'vitest'
import { importPlan } from '../../../../shared/playbook/import/index.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import { found, plan, playbook } from './reading.ts'

/** What people paste by mistake, and what somebody pastes on purpose: refused, or flagged with its line. */

describe('ten megabytes', () => {
  it('are refused before they are read, whatever their signs', () => {
    const why = expect.stringContaining('larger than 1 MB')
    expect(importPlan('# P1\n'.repeat(2 * 1024 * 1024))).toEqual({ ok: false, why })
    // Fewer signs than bytes: what counts is bytes.
    expect(importPlan('é'.repeat(600 * 1024))).toEqual({ ok: false, why })
  })
})

describe('garbled letters', () => {
  it('are named by line, also in tables, headings and front matter, and stand in no draft', () => {
    const read = plan(
      '---\ntitle: Harbour plan â€“ night\n---\n# Plan\n\n## Severities ðŸ”¥\n\n| Severity | Meaning |\n|---|---|\n| P1 | Nobody canâ€™t enter |\n| P2 | Some can |\n',
    )
    expect(read.garbled).toEqual([2, 6, 10])
    expect(read.draft.yaml).not.toMatch(/â€|ðŸ/)
    expect(playbook(read).looksWrong.join()).toContain('L2')
  })
})

describe('a bomb of anchors', () => {
  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
  ]

  it('in front matter is text that nobody follows, listed line by line', () => {
    const read = plan(`---\n${bomb.join('\n')}\n---\n# Plan\n\n1. Look\n`)
    expect(read.notUnderstood.map((one) => one.line).slice(0, bomb.length)).toEqual(bomb.map((_, i) => i + 2))
    expect(read.draft.yaml.length).toBeLessThan(4_000)
    expect(playbook(read).product).toBe('Plan')
  })

  it('as a plan, or in its code, gives a draft that loads and is no larger than what was said', () => {
    for (const text of [bomb.join('\n'), `# Plan\n\n\`\`\`yaml\n${bomb.join('\n')}\n\`\`\`\n`]) {
      const read = plan(text)
      expect(loadPlaybook(read.draft.yaml, 'draft.yaml').ok).toBe(true)
      expect(read.draft.yaml.length).toBeLessThan(10_000)
    }
  })

  it('as a playbook file is refused with the line where it is one', () => {
    const read = loadPlaybook(bomb.join('\n'), 'bomb.yaml')
    expect(read.ok ? [] : read.problems.length).toBeGreaterThan(0)
  })
})

describe('tables in HTML that are none', () => {
  it.each([
    ['never ended', '<table><tr><td>P1'],
    ['only begun', '<table>'.repeat(500)],
    ['spans over everything', `<table>${'<td rowspan=999 colspan=999>P1'.repeat(300)}`],
    [
      'signs that are no letters',
      '<table><tr><td>&#0; &#55296; &#9999999; &nope; &amp;lt;</td></tr></table>',
    ],
  ])('do not throw: %s', (_, text) => {
    const read = plan(`# Plan\n\n${text}\n\nAfter it.\n`)
    expect(loadPlaybook(read.draft.yaml, 'draft.yaml').ok).toBe(true)
  })
})

describe('what stands deeper than anybody writes', () => {
  const levels = '\n\n## Severity levels\n\n- P1: Nobody can enter\n- P2: Some cannot enter\n'
  const list = Array.from({ length: 30 }, (_, i) => `${'  '.repeat(i)}- Word ${i}`)
  const quotes = Array.from({ length: 3 }, (_, i) => `${'>'.repeat(30)} Word ${i}`)

  it.each([
    ['a list', list],
    ['quotes', quotes],
    ['lists in quotes', list.map((line) => `>> ${line}`)],
  ])('is listed line by line, and what follows it is read: %s', (_, lines) => {
    const read = plan(`# Plan\n\n${lines.join('\n')}${levels}`)
    expect(read.notUnderstood.map((one) => one.line)).toEqual(lines.map((_, i) => i + 3))
    expect(found(read, 'severity').map((one) => one.value.key)).toEqual(['P1', 'P2'])
  })
})

describe('a line that stands in no block', () => {
  it('is listed: a place to fill in, what a comment without an end hides, an address that nothing names', () => {
    const read = plan(
      '# Plan\n\nSee [the list][a].\n\n[a]: https://a.example/x\n[b]: https://b.example/x\n\n<!-- for\nnobody -->\n\n<div>\n<Customer>\n</div>\n\n<!-- open\n\n## Steps\n\n1. Look\n',
    )
    expect(read.notUnderstood.map((one) => one.line)).toEqual([6, 12, 15, 17, 19])
  })
})
