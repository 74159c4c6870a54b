import { readDeadlineTable } from './aftermath.ts'
import { openChecklist, readCodeTasks } from './checklists.ts'
import { isCommands, readCommands, runsOf } from './code.ts'
import { type CodeBlock, plainTitle, type TableBlock } from './document.ts'
import { readEscalationTable } from './escalation.ts'
import type { Notes } from './notes.ts'
import { readContactTable, readRoleTable, structure } from './people.ts'
import { readAlertTable } from './runbooks.ts'
import { readAccessTable, readLinkTable, readTypeTable } from './surroundings.ts'
import { readTemplate, slotCount } from './templates.ts'
import { type Here, readLine, routeOf, taken, titleFrom } from './walk-lines.ts'

/** Tables and code: the form says what they may be, the section which of it they are. */

/** A table goes to the first reader that knows its columns; cells of any other are read as lines. */
export function readTable(table: TableBlock, here: Here, notes: Notes): void {
  if (table.rows.some((row) => row.some((cell) => notes.has(cell.line)))) return
  const title = here.title
  const { topic } = here
  const route = () => here.route ?? routeOf(here, notes)
  if (topic === 'roles' && readRoleTable(table, notes)) return
  if (topic === 'escalation' && readEscalationTable(table, route(), notes)) return
  if ((topic === 'contacts' || topic === 'oncall' || topic === 'none') && readContactTable(table, notes))
    return
  if (topic !== 'postmortem' && readQuestionTable(table, notes)) return
  if (readAlertTable(table, notes) || readTypeTable(table, notes)) return
  if (topic === 'postmortem' && readDeadlineTable(table, notes)) return
  if (topic === 'access' && readAccessTable(table, notes)) return
  if (readContactTable(table, notes)) return
  if (/\brole\b/i.test(table.head[0]?.text ?? '') && readRoleTable(table, notes)) return
  if (
    /level|tier|step/i.test(table.head[0]?.text ?? '') &&
    /escalat/i.test(here.path.join(' ')) &&
    readEscalationTable(table, route(), notes)
  )
    return
  if (readLinkTable(table, title, notes)) return
  for (const row of table.rows) for (const cell of row) if (!taken(notes, cell)) readLine(cell, here, notes)
}

/** A column of questions, with how to answer them beside it. */
function readQuestionTable(table: TableBlock, notes: Notes): boolean {
  if (table.rows.length < 2 || !table.rows.every((row) => /\?$/.test(row[0]?.text ?? ''))) return false
  for (const [cell] of table.rows)
    if (cell !== undefined)
      notes.add('question', cell, { id: notes.id('question', cell.text), text: cell.text.slice(0, 480) })
  structure(table, notes)
  return true
}

/** Code is commands, a message with slots, or nothing here. */
export function readCode(block: CodeBlock, here: Here, notes: Notes): void {
  const { section } = here
  if (isCommands(block)) {
    const first = runsOf(block).find((run) => run.purpose !== null)?.purpose
    if ((here.topic === 'process' || here.topic === 'none' || here.topic === 'postmortem') && first != null) {
      const piece = {
        line: first.line.line,
        to: first.line.line,
        words: first.line.text.trim(),
        text: first.text,
        lead: null,
        rest: first.text,
        links: [],
        codes: [],
      }
      const checklist = openChecklist(
        {
          title: titleFrom(here, 2, plainTitle),
          heading: section.heading,
          phase: here.phase,
        },
        piece,
        false,
        notes,
      )
      const before = notes.all('task').length
      readCodeTasks(block, checklist, null, null, titleFrom(here, 1), notes)
      if (notes.all('task').length > before) return
    }
    readCommands(block, titleFrom(here, 1), () => null, notes)
    return
  }
  if (here.topic === 'templates' || slotCount(block.lines) > 1)
    readTemplate(block.lines, section.heading, titleFrom(here, here.topic === 'templates' ? 1 : 2), notes)
}
