/** What a pasted text is, judged by its lines alone. */
export type PasteKind = 'log' | 'markdown' | 'text'

const stamped =
  /^\W{0,3}(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d|\d{4}\/\d\d\/\d\d \d\d:\d\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{10,13}\b)/
const levelled = /\b(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL)\b/
const traced =
  /^\s+at \S|^\s*File "[^"]+", line \d+|^Traceback |^Caused by: |^\s*\.\.\. \d+ more|^\w*(?:Error|Exception)\b[:\s]|^goroutine \d+|^panic: /
const structured = /^\s*\{".*\}\s*$/

/** From so many lines on a text without any sign of Markdown is somebody's output. */
const manyLines = 200
const fewestLines = 3

const blockMark = /^(?:#{1,6} \S|\s{0,3}(?:[-*+]|\d{1,3}[.)]) \S|> ?\S|(?:```|~~~)|\|.+\|\s*$)/
const inlineMark = /\*\*\S[^*\n]*\*\*|`[^`\n]+`|\[[^[\]\n]+\]\(https?:\/\/[^)\s]+\)/

/** Whether lines are a machine's (log, stack trace), Markdown, or plain words. */
export function kindOfPaste(text: string): PasteKind {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length >= fewestLines) {
    const logged = lines.filter(
      (line) => stamped.test(line) || levelled.test(line) || traced.test(line) || structured.test(line),
    ).length
    if (logged * 2 >= lines.length) return 'log'
  }
  const blocks = lines.filter((line) => blockMark.test(line)).length
  if (blocks > 0 || inlineMark.test(text)) return 'markdown'
  return lines.length >= manyLines ? 'log' : 'text'
}

/** Cuts a text behind line ends so that no part is longer than `limit`; a longer line is cut where it must be. */
export function textPieces(text: string, limit: number): string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + limit)
    const end = text.lastIndexOf('\n', to - 1)
    if (to < text.length && end > from) to = end + 1
    // Never between the two halves of one character.
    else if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1
    parts.push(text.slice(from, to))
    from = to
  }
  return parts
}
