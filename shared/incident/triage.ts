import { type Suggestion, suggestSeverity } from '../playbook/classify.ts'
import type { Flag, Playbook } from '../playbook/model.ts'
import type { Question } from '../playbook/parts/classification.ts'
import type { FlagValue } from './events.ts'
import type { IncidentState } from './state.ts'
import { dimensionAnswer, questionAnswer, triageSubjects, typeAnswer } from './triage-words.ts'

/** Longest answer in own words, UTF-16 units. */
export const answerLimit = 160

/** A question of triage with what was said about it; nothing said is `unknown` or null, never "no" (R4). */
export type TriageQuestion =
  | { kind: 'flag'; id: string; text: string; flag: string; value: FlagValue; asked: boolean }
  | {
      kind: 'choice'
      id: string
      text: string
      about: string
      options: readonly string[]
      value: string | null
    }
  | { kind: 'words'; id: string; text: string; about: string; value: string | null }

/**
 * What the playbook asks, in its order; behind it the flags that rules go by and no question sets. What names a kind
 * of trouble is asked once, by {@link kindsOf}.
 */
export function triageQuestions(
  state: Pick<IncidentState, 'flags' | 'answers'>,
  playbook: Playbook,
): TriageQuestion[] {
  const { questions } = playbook.classification
  const asked = new Set(questions.flatMap(({ sets }) => (sets === undefined ? [] : [sets])))
  const kinds = new Set(playbook.issueKinds.map(({ flag }) => flag))
  return [
    ...questions
      .filter(({ sets }) => sets === undefined || !kinds.has(sets))
      .map((question) => questionOf(question, state, playbook)),
    ...playbook.flags
      .filter(({ id }) => !asked.has(id) && !kinds.has(id))
      .map((flag) => flagQuestion(flag, flag.question, state)),
  ]
}

function questionOf(
  question: Question,
  state: Pick<IncidentState, 'flags' | 'answers'>,
  playbook: Playbook,
): TriageQuestion {
  const { id, text, options } = question
  const flag = playbook.flags.find((one) => one.id === question.sets)
  if (flag !== undefined) return flagQuestion(flag, text, state)
  const about = questionAnswer(id)
  const value = own(state.answers, about)?.value ?? null
  return options.length > 0
    ? { kind: 'choice', id, text, about, options, value }
    : { kind: 'words', id, text, about, value }
}

function flagQuestion(flag: Flag, text: string, state: Pick<IncidentState, 'flags'>): TriageQuestion {
  const said = own(state.flags, flag.id)
  return {
    kind: 'flag',
    id: flag.id,
    text,
    flag: flag.id,
    value: said?.value ?? 'unknown',
    asked: said !== undefined,
  }
}

/** Whether anybody said something about it; "unknown" said aloud is an answer too, and unlocks nothing. */
export function isAnswered(question: TriageQuestion): boolean {
  return question.kind === 'flag' ? question.asked : question.value !== null
}

/** Kinds of trouble, several of which may be true at once (R13). */
export function kindsOf(
  state: Pick<IncidentState, 'flags'>,
  playbook: Playbook,
): { flag: string; label: string; question: string; value: FlagValue }[] {
  return playbook.issueKinds.map(({ flag, label }) => ({
    flag,
    label,
    question:
      playbook.classification.questions.find(({ sets }) => sets === flag)?.text ??
      playbook.flags.find(({ id }) => id === flag)?.question ??
      label,
    value: own(state.flags, flag)?.value ?? 'unknown',
  }))
}

/** What the playbook's table and types suggest from what was said so far; null: nothing that votes was said (R5, R6). */
export function suggestionOf(
  answers: Readonly<Record<string, { value: string }>>,
  playbook: Playbook,
): Suggestion | null {
  const dimensions: Record<string, string> = {}
  for (const { id } of playbook.classification.dimensions) {
    const said = own(answers, dimensionAnswer(id))
    if (said !== undefined) dimensions[id] = said.value
  }
  const type = own(answers, typeAnswer)
  return suggestSeverity(playbook, { dimensions, ...(type === undefined ? {} : { type: type.value }) })
}

/** Why, one line each: "How many users: All is P1", "Type API quota exhaustion is P1". */
export function reasonLines({ reasons }: Suggestion): string[] {
  return reasons.map((reason) =>
    reason.kind === 'dimension'
      ? `${reason.dimension.label}: “${reason.value}” is ${reason.severity.key}`
      : `The type “${reason.type.label}” is ${reason.severity.key}`,
  )
}

/** Flags that are true with this one: the rungs below it on each ladder. Taking it back recalls none of them. */
export function impliedBy(flag: string, playbook: Playbook): string[] {
  const below = playbook.ladders.flatMap(({ flags }) => flags.slice(0, Math.max(0, flags.indexOf(flag))))
  return [...new Set(below)].filter((id) => id !== flag)
}

/** What is wrong with an answer, for people; null: it can be said. */
export function answerProblem(about: string, value: string | null, playbook: Playbook): string | null {
  const subject = triageSubjects(playbook).find((one) => one.about === about)
  if (subject === undefined) return `${playbook.product} asks nothing of that kind.`
  const values = subject.options.map((option) => option.value)
  if (value === null || values.length === 0 || values.includes(value)) return null
  return `Choose one of ${values.join(', ')}.`
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
