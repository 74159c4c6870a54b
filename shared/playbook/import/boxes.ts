import type { Block, CodeBlock, CodeLine, Item, ListBlock } from './document.ts'
import { plainPiece } from './inline.ts'
import { hasWords } from './words.ts'

const frame = /[│┃║┌┐└┘├┤┬┴┼─━═╔╗╚╝╠╣╦╩╬▼▲↓↑]/

/**
 * A picture drawn with lines inside a code block, and a code block that holds only steps or boxes, is the list it
 * stands for. Any other code stays code.
 */
export function fromBox(block: CodeBlock, source: readonly string[]): Block {
  const drawn = block.lines.some(({ text }) => frame.test(text))
  const plain = drawn ? block.lines.flatMap(unframed) : block.lines
  const plainWords = /^(?:|text|txt|plain|plaintext|markdown|md|none)$/.test(block.language)
  const steps = plain.filter(({ text }) => stepOf(text) !== null)
  const filled = plain.filter(({ text }) => text.trim() !== '')
  if (drawn && steps.length === 0) return { ...flow(plain, source) }
  if (!drawn && (!plainWords || steps.length < 2 || steps.length * 2 < filled.length)) return block
  const ordered = steps.every(({ text }) => /^\s*\d+[.)]/.test(text))
  const items = filled.map(({ line, text }): Item => {
    const step = stepOf(text)
    const piece = plainPiece(step?.text ?? text, line, source, (step?.words ?? text).trim())
    return { ...piece, box: step?.box ?? 'none', blocks: [] }
  })
  // What stands over the first step names the list; it is no step of it.
  const first = filled.findIndex(({ text }) => stepOf(text) !== null)
  return { kind: 'list', ordered, items: items.slice(first) }
}

export interface Outline {
  label: CodeLine
  steps: ListBlock
}

/**
 * Steps in a code block that is an outline: each run of numbered lines, with the nearest line above it that stands
 * further left and is not just "Steps:".
 */
export function outlineOf(block: CodeBlock, source: readonly string[]): Outline[] {
  if (block.language !== '' && !/^(?:text|txt|plain|plaintext|yaml|yml)$/.test(block.language)) return []
  const outlines: Outline[] = []
  const above: CodeLine[] = []
  let run: { label: CodeLine; lines: CodeLine[] } | null = null
  const indent = (text: string) => text.length - text.trimStart().length
  const close = () => {
    if (run !== null && run.lines.length > 1)
      outlines.push({
        label: run.label,
        steps: { kind: 'list', ordered: true, items: run.lines.map((one) => itemAt(one, source)) },
      })
    run = null
  }
  for (const line of block.lines) {
    if (line.text.trim() === '') continue
    if (/^\s*\d{1,2}[.)]\s+\S/.test(line.text)) {
      const left = indent(line.text)
      const label = above.findLast(
        (one) =>
          (indent(one.text) < left || left === 0) &&
          !/^\s*(?:steps|actions|procedure)\s*:\s*$/i.test(one.text),
      )
      if (run === null && label !== undefined) run = { label, lines: [] }
      run?.lines.push(line)
      continue
    }
    close()
    while (above.length > 0 && indent(above.at(-1)?.text ?? '') >= indent(line.text)) above.pop()
    above.push(line)
  }
  close()
  return outlines
}

function itemAt({ line, text }: CodeLine, source: readonly string[]): Item {
  const step = stepOf(text)
  return {
    ...plainPiece(step?.text ?? text, line, source, (step?.words ?? text).trim()),
    box: 'none',
    blocks: [],
  }
}

/** Boxes with arrows between them: one item each, with what is written at the arrow. */
function flow(lines: readonly CodeLine[], source: readonly string[]): ListBlock {
  const items = lines.filter(({ text }) => text.trim() !== '')
  return {
    kind: 'list',
    ordered: true,
    items: items.map(({ line, text }) => ({
      ...plainPiece(text, line, source, text.trim()),
      box: 'none',
      blocks: [],
    })),
  }
}

function unframed({ line, text }: CodeLine): CodeLine[] {
  const bare = text
    .replace(/^[\s│┃║]+|[\s│┃║]+$/g, '')
    .replace(/[┌┐└┘├┤┬┴┼─━═╔╗╚╝╠╣╦╩╬]{2,}|[┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬▼▲]/g, ' ')
    .trim()
  return hasWords(bare) ? [{ line, text: bare }] : []
}

function stepOf(text: string): { text: string; words: string; box: Item['box'] } | null {
  const found =
    /^\s*(?:(\d{1,2})[.)]\s+|[-*]\s+(?=\[|[☐□◻☑☒✅]))?(?:(\[[ xX]?\]|[☐□◻☑☒✅])\s+)?(\S.*)$/u.exec(text)
  if (found === null || (found[1] === undefined && found[2] === undefined)) return null
  const ticked = /[xX☑☒✅]/.test(found[2] ?? '')
  const words = found[3] ?? ''
  return { text: words.trim(), words, box: found[2] === undefined ? 'none' : ticked ? 'ticked' : 'open' }
}
