import { garbledIn } from '../garbled.ts'
import { inPlainMarkdown } from './dialects.ts'

/** Longest plan that is read, in bytes. A plan of 500 lines has some 15 KiB. */
export const largestPlan = 1024 * 1024

/** Most lines that are read. A long plan has some 500. */
export const mostLines = 20_000

/** Longest line that is read, in signs; a longer one is nothing that a person wrote, and is listed as not understood. */
export const longestLine = 2_000

export type SourceResult =
  | { ok: true; source: Source }
  /** `why` is said to whoever pasted it. */
  | { ok: false; why: string }

/** A line of front matter; its key in small letters, null where it has none. */
export interface FrontLine {
  line: number
  words: string
  key: string | null
  text: string
}

/** The text of a plan by lines, numbered from 1 as every editor numbers them. */
export interface Source {
  /** Without byte order mark, with plain line ends. */
  lines: readonly string[]
  /** The lines that are Markdown: front matter is blank, so that the others keep their numbers. */
  body: readonly string[]
  /** What stands above the plan itself, `title: …` and the like. */
  front: readonly FrontLine[]
  /** Lines whose letters are one sign read as several: shown, never guessed at. */
  garbled: readonly number[]
}

/** Splits a pasted or chosen text into lines, refusing what is too large or no text at all. */
export function readSource(text: string): SourceResult {
  if (text.length > largestPlan || new TextEncoder().encode(text).length > largestPlan)
    return {
      ok: false,
      why: `The plan is larger than ${largestPlan / 1024 / 1024} MB. Paste the part about incidents.`,
    }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  if (lines.length > mostLines)
    return {
      ok: false,
      why: `The plan has more than ${mostLines.toLocaleString('en')} lines. Paste the part about incidents.`,
    }
  if (lines.every((line) => line.trim() === '')) return { ok: false, why: 'There is nothing in it.' }
  const nuls = lines.reduce((count, line) => count + (line.includes('\0') ? 1 : 0), 0)
  if (nuls > 0) return { ok: false, why: 'This is no text file.' }
  const garbled = lines.flatMap((line, i) => (garbledIn(line) ? [i + 1] : []))
  const body = lines.map((line) => (line.length > longestLine ? '' : line))
  const front = blankFrontMatter(body)
  inPlainMarkdown(body)
  return { ok: true, source: { lines, body, front, garbled } }
}

/** Takes the lines that say what the file is; they are no YAML here, and nothing in them is ever followed. */
function blankFrontMatter(lines: string[]): FrontLine[] {
  if (lines[0]?.trim() !== '---') return []
  const end = lines.findIndex((line, i) => i > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
  // A rule at the top of a plan is no front matter: that has keys only.
  if (end < 0 || lines.slice(1, end).some((line) => line.trim() !== '' && !/^(?:[\w-]+:|[ \t#-])/.test(line)))
    return []
  const front: FrontLine[] = []
  for (let i = 0; i <= end; i++) {
    const words = lines[i]?.trim() ?? ''
    const found = /^([\w-]+):\s*["']?(.*?)["']?$/.exec(words)
    if (i > 0 && i < end && words !== '')
      front.push({ line: i + 1, words, key: found?.[1]?.toLowerCase() ?? null, text: found?.[2] ?? words })
    lines[i] = ''
  }
  return front
}
