import { chatLimit, snippetLimit } from '../../../shared/incident/commands/limits.ts'

/** How a long text is shown: what is told of it, and how much of it stands there before somebody asks. */
export interface Snippet {
  lines: number
  /** A machine printed it: it keeps its columns. */
  machine: boolean
  /** The first lines. */
  head: string
  /** Whether there is more than the first lines. */
  folded: boolean
}

const foldLines = 12
const machineLines = 5
const foldLength = 1_200

/** A text as it is shown. */
export function snippetOf(text: string): Snippet {
  const lines = text.split('\n')
  const machine = looksPrinted(lines)
  const most = machine ? machineLines : foldLines
  const folded = lines.length > most || text.length > foldLength
  const head = folded ? lines.slice(0, most).join('\n').slice(0, foldLength) : text
  return { lines: lines.length, machine, head, folded }
}

const stamp = /^\W?(?:\d{4}-\d\d-\d\d[T ]|\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d)/
const marks =
  /^\s*(?:at \S+ ?\(|[$#>] ?\S|[{}\][]|"[^"]*":|\+{3} |-{3} |@@ |\|)|\b(?:ERROR|WARN|INFO|DEBUG|FATAL|TRACE)\b|[;{}]\s*$|^\S+=\S+|\s{3}\S|^\t/

/** Whether lines look printed by a machine and not written by somebody: stamps, levels, columns, code. */
export function looksPrinted(lines: readonly string[]): boolean {
  const some = lines.filter((line) => line.trim() !== '').slice(0, 60)
  if (some.length < 3) return false
  const printed = some.filter((line) => stamp.test(line) || marks.test(line)).length
  return printed * 2 >= some.length
}

/** `18 KiB`, `620 letters`. */
export function sizeInWords(length: number): string {
  return length < 1_024 ? `${length} letters` : `${Math.round(length / 102.4) / 10} KiB`.replace('.0 ', ' ')
}

/** What is told about a long text before it is sent: null for a short one. `refused` when it is too long. */
export function sizeNote(text: string): { words: string; refused: boolean } | null {
  const lines = text.split('\n').length
  if (text.length > snippetLimit)
    return {
      words: `Too long: ${sizeInWords(text.length)} of ${sizeInWords(snippetLimit)}. Shorten it, or send it in parts.`,
      refused: true,
    }
  if (text.length <= chatLimit && lines <= foldLines) return null
  const counted = lines === 1 ? '' : `${lines} lines, `
  return {
    words: `Becomes a snippet: ${counted}${sizeInWords(text.length)} of ${sizeInWords(snippetLimit)}.`,
    refused: false,
  }
}
