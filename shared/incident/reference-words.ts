import type { Playbook } from '../playbook/model.ts'
import { type IncidentEvent, refOf } from './events.ts'
import type { IncidentState } from './state.ts'
import { flatTasks, isNotNeeded, isSetAside, taskLists } from './tasks.ts'
import { timeline } from './timeline.ts'

/**
 * What a task or an entry that the document names says, for text that leaves the room: the words, with the time
 * (UTC) of an entry. Undefined where there is none of that id. A task is named by its id, an entry by its seq.
 */
export function referenceWords(
  state: IncidentState,
  playbook: Playbook,
  events: readonly IncidentEvent[],
): (kind: string, id: string) => string | undefined {
  let tasks: Map<string, string> | null = null
  const entries = new Map<string, string | undefined>()
  return (kind, id) => {
    if (kind === 'task') {
      tasks ??= taskWords(state, playbook)
      return tasks.get(id)
    }
    if (kind !== 'entry') return undefined
    if (!entries.has(id)) entries.set(id, entryWords(events, Number(id)))
    return entries.get(id)
  }
}

function taskWords(state: IncidentState, playbook: Playbook): Map<string, string> {
  return new Map(
    flatTasks(taskLists(state, playbook)).map((task) => {
      const how =
        isSetAside(task) || isNotNeeded(task) ? 'not applicable' : task.done === null ? 'open' : 'done'
      return [task.id, `${oneLine(task.text)} (${task.children.length === 0 ? how : 'task'})`]
    }),
  )
}

/** Only what concerns the entry is folded: a long log stays quick. */
function entryWords(events: readonly IncidentEvent[], seq: number): string | undefined {
  const about = events.filter((e) => e.seq === seq || refOf(e) === seq)
  const row = timeline(about).find((found) => found.seq === seq)
  if (row?.kind !== 'entry') return undefined
  const time = new Date(row.at).toISOString().slice(11, 16)
  return `${time} UTC ${oneLine(row.text)}${row.struck === null ? '' : ' (struck)'}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
