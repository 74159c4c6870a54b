import type { Block, Cell, Piece, TableBlock } from './document.ts'

/** Tables of two columns that are no table: each row is a label and what it says, as `**Owner:** Kim` is. */

const anyHead = /^(?:|field|key|item|property|attribute|name|label|detail|entry|parameter)s?$/i
const anyValue = /^(?:|values?|details?|descriptions?|information|info|notes?|content|data)$/i

/** The rows of a table of labels as lines with a label; any other table as it is. */
export function withoutPairs(table: TableBlock): Block {
  const { head, rows } = table
  if (rows.some((row) => row.length !== 2) || rows.length === 0) return table
  const [left, right] = head
  const headless = head.length === 0 || head.every((cell) => cell.text === '')
  const meaningless = headless || (anyHead.test(left?.text ?? '') && anyValue.test(right?.text ?? ''))
  const labelled = rows.every((row) => isLabel(row[0]))
  const headToo = !headless && isLabel(left)
  if (!(meaningless && (headless || labelled)) && !(headToo && labelled)) return table
  const all = headToo && !meaningless ? [head, ...rows] : rows
  return { kind: 'text', pieces: all.flatMap(pairOf) }
}

function isLabel(cell: Piece | undefined): boolean {
  return (
    cell !== undefined &&
    /^(?:\*\*|__|<(?:b|strong|th)\b)/i.test(cell.words) &&
    cell.lead === cell.text.replace(/[:：]$/, '')
  )
}

function pairOf([label, value]: readonly Cell[]): Piece[] {
  if (label === undefined || value === undefined || (label.text === '' && value.text === '')) return []
  const lead = label.text.replace(/\s*[:：]$/, '')
  return [
    {
      line: label.line,
      to: Math.max(label.to, value.to),
      words: label.words === '' ? value.words : label.words,
      text: value.text === '' ? lead : `${lead}: ${value.text}`,
      lead: lead === '' ? null : lead,
      rest: value.text,
      links: [...label.links, ...value.links],
      codes: [...label.codes, ...value.codes],
    },
  ]
}
