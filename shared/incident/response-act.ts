import { responseFact } from './bound.ts'
import type { Names } from './sentences.ts'
import type { IncidentState } from './state.ts'

/** By what the first response came: `By Priya, who ticked “Roll back”`; null while nobody has responded (R16). */
export function responseActWords(state: IncidentState, names: Pick<Names, 'person' | 'task'>): string | null {
  const mark = state.facts[responseFact]
  if (mark?.act === undefined) return null
  const who = names.person(mark.by)
  switch (mark.act.kind) {
    case 'ticked':
      return `By ${who}, who ticked “${names.task(mark.act.task)}”`
    case 'recorded':
      return `By ${who}, who recorded an action`
    case 'pressed':
      return `By ${who}, who pressed Respond`
  }
}
