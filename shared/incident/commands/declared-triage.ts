import type { Playbook } from '../../playbook/model.ts'
import type { CommandError } from '../../protocol/errors.ts'
import { type EventData, event, type NewEvent } from '../events.ts'
import { answerProblem, impliedBy, suggestionOf } from '../triage.ts'
import type { DeclareData } from './declare.ts'

type Declared =
  | { ok: true; events: NewEvent[]; suggested: Pick<EventData['incident.declared'], 'suggested'> }
  | { ok: false; error: CommandError }

/**
 * What was answered with the declaration, as the events that answering it in the room gives. Another severity than
 * the rules suggest from it needs its reason there too (R5).
 */
export function declaredTriage(data: DeclareData, playbook: Playbook): Declared {
  const events: NewEvent[] = []
  const flags = Object.entries(data.flags ?? {})
  for (const [flag, value] of flags) {
    if (!playbook.flags.some(({ id }) => id === flag))
      return no(`flags.${flag}`, `${playbook.product} asks no such question.`)
    events.push(event('flag.set', { flag, value, was: 'unknown' }))
  }
  const said = new Set(flags.filter(([, value]) => value === 'yes').map(([flag]) => flag))
  for (const [flag, value] of flags)
    for (const rung of value === 'yes' ? impliedBy(flag, playbook) : []) {
      if (said.has(rung)) continue
      said.add(rung)
      events.push(event('flag.set', { flag: rung, value, was: data.flags?.[rung] ?? 'unknown', by: flag }))
    }
  const answers: Record<string, { value: string }> = {}
  for (const [about, value] of Object.entries(data.answers ?? {})) {
    const problem = answerProblem(about, value, playbook)
    if (problem !== null) return no(`answers.${about}`, problem)
    answers[about] = { value }
    events.push(event('triage.answered', { about, value, was: null }))
  }
  const suggestion = suggestionOf(answers, playbook)?.severity.key
  const other = suggestion !== undefined && data.severity != null && data.severity !== suggestion
  if (!other) return { ok: true, events, suggested: {} }
  if (data.severityReason === undefined)
    return no('severityReason', `The playbook suggests ${suggestion}. Say why it is ${data.severity}.`)
  return {
    ok: true,
    events,
    suggested: { suggested: { severity: suggestion, reason: data.severityReason } },
  }
}

function no(field: string, message: string): Declared {
  return { ok: false, error: { code: 'invalid', field, message } }
}
