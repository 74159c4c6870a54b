import * as Y from 'yjs'
import { kindOfPaste } from '../../client/components/editor/paste-kind.ts'
import { readScribe } from '../../client/components/room/scribe-time.ts'
import { snippetOf } from '../../client/components/room/snippet.ts'
import { worthPinning } from '../../client/components/room/worth-pinning.ts'
import { documentText } from '../../server/documents/document-markdown.ts'
import { readThread } from '../../shared/incident/pasted-thread.ts'
import { importPlan } from '../../shared/playbook/import/index.ts'
import { longestLine, mostLines } from '../../shared/playbook/import/lines.ts'
import { loadPlaybook } from '../../shared/playbook/load.ts'
import { chatRow } from '../helpers/chat-row.ts'
import type { Figure } from './figures.ts'

/** Where a plan's lines stand: what is above them decides who reads them. */
const above = ['', '# P\n\n## Escalation\n\n', '# P\n\n## Runbooks\n\n### R\n\n', '```bash\n', '<table>\n']

/** Lines that a plan has nothing but. */
const lines = [
  '# a',
  '## P1',
  '- x',
  '- [ ] within 5 min page the CTO',
  '1. x',
  '- P1 critical: within 5 minutes',
  '| a | b |\n|---|---|\n| c | d |\n',
  '> x',
  '```\n│ a │\n```',
  '**A:** b\n',
  'a',
  'a\n: b',
  '[a]: b\n[a]',
  '- to\n  ',
  '  - a\n    - b',
  '### Role n\n- duty',
  '## Runbook: x\n### Symptoms\n- a\n### Steps\n1. b',
  'T+5 → CTO → CEO',
  '## T\n[Name] [Name2]',
  'curl a \\',
  'Escalate to the CTO after 5 min',
  '<table><tr><td rowspan=50 colspan=50>a</td>',
  '<tr><td>x</td></tr>',
]

/** Signs that a line has nothing but. */
const signs = [
  'a ',
  '(',
  '`a` ',
  '**a** ',
  '[a](b) ',
  '![',
  '- [',
  '<a ',
  '{{',
  'a.b',
  'a_',
  'P1/',
  '1 ',
  '"',
]

const size = 1024 * 1024

function plans(): string[] {
  const long = signs.map((one) => one.repeat(Math.floor(longestLine / one.length)))
  return [...lines, ...long].flatMap((unit) =>
    above.map((head) => {
      const rows = (mostLines - 10) / unit.split('\n').length
      const bytes = Buffer.byteLength(unit) + 1
      return head + `${unit}\n`.repeat(Math.floor(Math.min(rows, (size - head.length) / bytes)))
    }),
  )
}

/** Long enough that a pattern that goes back for each character takes seconds. */
const long = 50_000

function documentOf(words: string): Y.Doc {
  const doc = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment('document').insert(0, [paragraph])
  return doc
}

const texts: readonly (() => unknown)[] = [
  () => documentText(documentOf(`a${' '.repeat(long)}b`)),
  () => documentText(documentOf(`a${'\n'.repeat(long)}b`)),
  () => snippetOf(`a${' '.repeat(long)}\n`.repeat(3)),
  () => kindOfPaste('[a'.repeat(long)),
  () => worthPinning(chatRow('1,'.repeat(long)), null),
  () => readScribe(`a${' '.repeat(long)}b`, 0),
  () => readThread(`[14:03] <${':'.repeat(long)}x> hi\n[14:04] <b> hi`),
  () => readThread(`${'a '.repeat(60_000)}\n${'x:'.repeat(60_000)}`),
  () => readThread(`${'14:03 '.repeat(20_000)}\n`.repeat(2)),
  () => loadPlaybook(`id: a # ${'x'.repeat(10 * size)}\n`, 'large.yaml'),
]

function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * Texts that somebody made to be slow: CPU ms of the worst of each sort. A pattern or a search that grows faster than
 * its text takes minutes here.
 */
export function measurePatience(): Figure[] {
  const worst = (works: readonly (() => unknown)[]) => Math.max(...works.map(cpuOf))
  return [
    {
      name: 'a plan of 1 MiB made to be slow, the worst',
      database: 'embedded',
      unit: 'ms CPU',
      target: 2_000,
      repetitions: [{ value: worst(plans().map((text) => () => importPlan(text))) }],
    },
    {
      name: 'any other text made to be slow, the worst',
      database: 'embedded',
      unit: 'ms CPU',
      target: 1_000,
      repetitions: [{ value: worst(texts) }],
    },
  ]
}
