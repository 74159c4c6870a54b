/**
 * Other people's words inside a Markdown file, so that no text can forge a heading, a row, a link or the end of the
 * file. Pure; the same text always gives the same bytes.
 */

/** Line ends of every kind are one; what is invisible or turns the reading direction is left out. */
function plain(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n')
    .replace(/\t/g, '    ')
    .replace(/[^\P{Cc}\n]|[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, '')
}

/** One line in which nothing is markup: for cells, list items and headings. */
export function inline(text: string): string {
  return escaped(plain(text).replace(/\s*\n\s*/g, ' '))
}

function escaped(line: string): string {
  return line
    .trim()
    .replace(/[\\`*_[\]{}<>#|~!&$]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

/** Words over several lines, as a quotation; `indent` puts it under a list item. */
export function quoted(text: string, indent = ''): string[] {
  const lines = plain(text).split('\n').map(escaped)
  return lines.map((line, i) => {
    const next = lines[i + 1]
    const broken = line !== '' && next !== undefined && next !== '' ? '\\' : ''
    return `${indent}> ${line}${broken}`.trimEnd()
  })
}

/**
 * Markdown that people wrote, as a quotation: its own headings and lists stay, and since every line is quoted none
 * of it can end the quotation, not even an unclosed comment or fence.
 */
export function quotedMarkdown(markdown: string, indent = ''): string[] {
  return plain(markdown)
    .trim()
    .split('\n')
    .map((line) => `${indent}> ${line}`.trimEnd())
}

/** `2026-01-05 12:00:00 UTC`; whole seconds, cut. */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A row of a table; cells are finished text. */
export function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}
