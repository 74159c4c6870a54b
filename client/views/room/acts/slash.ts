import { type Act, problemOf, type Values } from '../../../state/acts.ts'
import { fuzzy } from '../../../state/fuzzy.ts'

/** A slash word and what it does. */
export interface SlashWord<C> {
  word: string
  act: Act<C>
  /** Answers it gives by itself. */
  values: Values
}

export function slashWords<C>(acts: readonly Act<C>[]): SlashWord<C>[] {
  return acts.flatMap((act) =>
    Object.entries(act.slash ?? {}).map(([word, values]) => ({ word, act, values })),
  )
}

/** Words offered for what is typed, best first; all of them for the slash alone. */
export function slashOffers<C>(words: readonly SlashWord<C>[], typed: string): SlashWord<C>[] {
  if (typed === '') return [...words]
  return words
    .map((word, at) => ({
      word,
      at,
      score: word.word.startsWith(typed) ? 900 - word.word.length : fuzzy(typed, word.word),
    }))
    .filter(({ score }) => score >= 100)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ word }) => word)
}

/** What was read behind the word: the answers, and whether everything is answered. */
export interface SlashReading {
  values: Values
  complete: boolean
  /** What cannot be meant, for people. */
  problem: string | null
}

/**
 * Reads the answers behind a slash word in the order of the questions: one of a list is its name or the beginning of
 * it, a text is all that is left. `/severity p1 the queue is full`.
 */
export function readSlash<C>(
  { act, values: given }: SlashWord<C>,
  rest: string,
  context: C,
  at: number,
): SlashReading {
  let values = given
  let left = rest.trim()
  for (;;) {
    const step = act.next(values, context, at)
    if (step === null) {
      const problem = left === '' ? null : `“${left}” is more than ${act.title.toLowerCase()} takes.`
      return { values, complete: problem === null, problem }
    }
    if (left === '') return { values, complete: false, problem: null }
    if (step.kind === 'text') {
      const problem = problemOf(step, left)
      if (problem !== null) return { values, complete: false, problem }
      values = { ...values, [step.name]: left }
      left = ''
      continue
    }
    const chosen = chosenBy(step.options, left)
    if (chosen === null) {
      const some = step.options.slice(0, 6).map((option) => option.label)
      return { values, complete: false, problem: `${step.label}: which one? ${some.join(', ')}` }
    }
    if (chosen.option.whyNot !== undefined)
      return { values, complete: false, problem: `${chosen.option.label}: ${chosen.option.whyNot}` }
    values = { ...values, [step.name]: chosen.option.value }
    left = left.slice(chosen.length).trim()
  }
}

interface Named {
  value: string
  label: string
  whyNot?: string
}

/** The longest name the text begins with; else the only one that begins with its first word. */
function chosenBy<T extends Named>(
  options: readonly T[],
  text: string,
): { option: T; length: number } | null {
  const lower = text.toLowerCase()
  let best: { option: T; length: number } | null = null
  for (const option of options)
    for (const name of [option.value, option.label]) {
      const { length } = name
      if (length === 0 || length <= (best?.length ?? 0)) continue
      if (lower.startsWith(name.toLowerCase()) && /^(\s|$)/.test(text.slice(length)))
        best = { option, length }
    }
  if (best !== null) return best
  const word = lower.split(/\s/)[0] ?? ''
  const fit = options.filter(
    (o) => o.label.toLowerCase().startsWith(word) || o.value.toLowerCase().startsWith(word),
  )
  const only = fit[0]
  return fit.length === 1 && only !== undefined ? { option: only, length: word.length } : null
}
