import type { Playbook } from '../playbook/model.ts'
import type { IncidentEvent } from './events.ts'
import { utc } from './markdown-text.ts'
import type { Names } from './sentences.ts'
import type { IncidentState } from './state.ts'
import { flatTasks, taskLists, taskTexts, tickedByFacts } from './tasks.ts'

/** What the file of a whole incident is made of. */
export interface IncidentExport {
  state: IncidentState
  playbook: Playbook
  /** The whole log, in any order. */
  events: readonly IncidentEvent[]
  /** Names by person id; who is missing is called by the id. */
  people: ReadonlyMap<string, string>
  /** The incident document as Markdown. */
  documentMarkdown: string
  /** The note under each task that has one, as plain text, by task id. */
  notes: Readonly<Record<string, string>>
  /** Server time of the export, ms: it judges the clocks that still run. */
  exportedAt: number
}

/** How the file names people, tasks and times. */
export function namesOf({ state, playbook, people }: IncidentExport): Names {
  const lists = taskLists(state, playbook)
  const tasks = flatTasks(lists)
  const texts = taskTexts(lists, playbook)
  const ticked = tickedByFacts(tasks)
  return {
    person: (id) => people.get(id) ?? id,
    task: (id) => texts.get(id) ?? id,
    time: utc,
    tickedBy: (seq) => ticked.get(seq) ?? [],
  }
}
