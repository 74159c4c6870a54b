import { readAbout } from './about.ts'
import { contradictionsOf } from './contradictions.ts'
import { type Block, type Piece, piecesOf, type Section } from './document.ts'
import { draftOf } from './draft.ts'
import type { Contradiction, Finding, Leftover } from './findings.ts'
import type { StandIn } from './found.ts'
import { dressesText } from './inline.ts'
import { longestLine, readSource, type Source } from './lines.ts'
import { type MarkdownPlan, readMarkdown } from './markdown.ts'
import { Notes } from './notes.ts'
import { readSeverities } from './severities.ts'
import { timesIn } from './times.ts'
import { walkPlan } from './walk.ts'
import { hasWords } from './words.ts'

export type { Contradiction, Finding, FindingKind, Leftover } from './findings.ts'

export interface ImportedPlan {
  /** The plan's lines, from 1, as findings count them. */
  lines: readonly string[]
  /** In the order of the plan. */
  findings: Finding[]
  contradictions: Contradiction[]
  /** Lines that say something and that nothing here understood. */
  notUnderstood: Leftover[]
  /** Lines whose letters are garbled; what is garbled is left out of the draft. */
  garbled: readonly number[]
  draft: {
    /** A playbook file that loads. */
    yaml: string
    /** What a playbook must have and the plan does not state: neutral, and marked as such. */
    standIns: StandIn[]
    /** Findings that the draft had no room for; 0 but for very large plans. */
    leftOut: number
  }
}

export type ImportResult = { ok: true; plan: ImportedPlan } | { ok: false; why: string }

/**
 * Reads a team's incident plan, in Markdown, and drafts a playbook of it. Deterministic; never throws for what the text
 * says. Whatever the draft states has a finding with its line; what the plan leaves open stays unset.
 */
export function importPlan(text: string): ImportResult {
  const source = readSource(text)
  if (!source.ok) return source
  const markdown = readMarkdown(source.source)
  const { plan } = markdown
  const notes = new Notes()
  readAbout(plan, source.source, notes)
  readSeverities(plan, notes)
  walkPlan(plan, notes)
  const findings = [...notes.findings].sort((a, b) => a.line - b.line)
  const contradictions = contradictionsOf(notes)
  return {
    ok: true,
    plan: {
      lines: source.source.lines,
      findings,
      contradictions,
      notUnderstood: leftovers(markdown, source.source, notes),
      garbled: source.source.garbled,
      draft: draftOf(notes.findings, contradictions, source.source.garbled),
    },
  }
}

/**
 * Lines of the plan that no finding covers. Headings and the heads of tables are order, not content; but a time that only a
 * heading states, and that nothing took from it, is said. So is a line that stands in no block at all.
 */
function leftovers({ plan, dressing }: MarkdownPlan, source: Source, notes: Notes): Leftover[] {
  const { lines, body, front } = source
  const covered = new Set(notes.structure)
  for (const { line, to, under } of notes.findings) {
    for (const one of under) covered.add(one)
    for (let at = line; at <= to; at++) covered.add(at)
  }
  const left = new Map<number, string>()
  const wordsAt = (line: number) => (lines[line - 1] ?? '').trim()
  const leave = (line: number) => left.set(line, wordsAt(line).slice(0, 300))
  for (const { line } of front) if (!covered.has(line)) leave(line)
  for (const [i, line] of lines.entries()) if (line.length > longestLine) leave(i + 1)
  const figures = figuresByLine(notes)
  const placed = new Set(dressing)
  const addresses = new Set<string>()
  const place = ({ line, to, links }: Piece) => {
    for (let at = line; at <= to; at++) placed.add(at)
    for (const { address } of links) addresses.add(address)
  }
  const visit = (section: Section) => {
    const { heading } = section
    if (heading !== null) place(heading)
    if (heading !== null && statesUntaken(heading, figures.get(heading.line))) leave(heading.line)
    for (const [i, block] of section.blocks.entries()) {
      const next = section.blocks[i + 1] ?? section.sections[0]?.blocks[0]
      const followed = next !== undefined && contentLines(next).some((line) => covered.has(line))
      const content = [...new Set(contentLines(block))]
      for (const line of content) placed.add(line)
      for (const piece of piecesOf(block)) place(piece)
      for (const [at, line] of content.entries()) {
        if (covered.has(line)) continue
        const words = wordsAt(line)
        // A sentence, or a label inside code, without a figure that only leads over to what was read.
        const goesOn = block.kind === 'code' ? covered.has(content[at + 1] ?? 0) : followed
        const leadsOver =
          (block.kind === 'text' || block.kind === 'code') &&
          goesOn &&
          /:\W*$/.test(words) &&
          !/\d/.test(words)
        if (!leadsOver && saysAnything(words)) leave(line)
      }
    }
    for (const inner of section.sections) visit(inner)
  }
  visit(plan)
  for (const [i, line] of body.entries()) {
    if (placed.has(i + 1) || covered.has(i + 1) || !saysAnything(line.replace(/<!--.*?-->/g, ''))) continue
    // The address that a link elsewhere is short for.
    const address = /^\s*\[[^\]]+\]:\s*<?([^\s<>]+)/.exec(line)?.[1]
    if (address === undefined || !addresses.has(address)) leave(i + 1)
  }
  return [...left].map(([line, words]) => ({ line, words })).sort((a, b) => a.line - b.line)
}

/** Whether a line holds more than signs and tags that only dress text. */
function saysAnything(words: string): boolean {
  return hasWords(words.replace(/<[^<>]*>/g, (one) => (dressesText(one) ? '' : one)))
}

/** The figures that findings took, by the lines they name. */
function figuresByLine(notes: Notes): Map<number, Set<number>> {
  const figures = new Map<number, Set<number>>()
  for (const { line, to, under, value } of notes.findings) {
    const own = figuresIn(value)
    if (own.length === 0) continue
    const take = (at: number) => {
      const known = figures.get(at)
      if (known === undefined) figures.set(at, new Set(own))
      else for (const figure of own) known.add(figure)
    }
    for (const one of under) take(one)
    for (let at = line; at <= to; at++) take(at)
  }
  return figures
}

function figuresIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(figuresIn)
}

/** Whether a heading states a time of which nothing was made. */
function statesUntaken({ text }: Piece, taken: ReadonlySet<number> | undefined): boolean {
  const stated = timesIn(text)
  return stated.length > 0 && !stated.some((ms) => taken?.has(ms) === true)
}

function contentLines(block: Block): number[] {
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  switch (block.kind) {
    case 'code':
      return block.lines.filter(({ text }) => text.trim() !== '').map(({ line }) => line)
    case 'list':
      return block.items.flatMap((item) => [
        ...span(item.line, item.to),
        ...item.blocks.flatMap(contentLines),
      ])
    case 'quote':
      return block.blocks.flatMap(contentLines)
    case 'text':
    case 'table':
      return piecesOf(block).flatMap((piece) => span(piece.line, piece.to))
  }
}
