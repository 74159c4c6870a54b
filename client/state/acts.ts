/**
 * What a person can do, told once: the palette, the slash commands of the scribe bar, the keys and their overlay
 * are made from lists of these. `C` is where it is done: a room.
 */
export interface Act<C> {
  /** Stable: what was used last is kept by it. A command's act has the type of its command. */
  readonly id: string
  readonly title: string
  /** Heading it stands under. */
  readonly group: string
  /** More words people look for it by. */
  readonly words?: string
  /** Each does it: `s`, `?`, `g d` one after the other, `mod+k` together. */
  readonly keys?: readonly string[]
  /** Id of the act that this one opens and asks for: the palette shows that one with this one's key. */
  readonly opens?: string
  /** Slash words, each with the answers it gives already. */
  readonly slash?: Readonly<Record<string, Values>>
  /** It only goes somewhere: whatever asked for it closes before it runs. */
  readonly leaves?: boolean
  /** Why it is not possible now, for people; null when it is. */
  whyNot(context: C): string | null
  /** What is still to be asked, given the answers so far; null when nothing is. `at` as for `run`. */
  next(values: Values, context: C, at: number): Step | null
  /** Does it. `at`: when the person began, server ms. Gives why it was refused, or null. */
  run(values: Values, context: C, at: number): Promise<Refused | null>
}

/** Answers by the name of their question. */
export type Values = Readonly<Record<string, string>>

export interface Refused {
  message: string
  /** The question it is about, where it is about one. */
  field?: string
}

export interface Option {
  value: string
  label: string
  /** A second line: what it means, who has it. */
  detail?: string
  /** Why it cannot be chosen. */
  whyNot?: string
}

/** One question. */
export type Step =
  | { kind: 'choose'; name: string; label: string; options: readonly Option[] }
  | {
      kind: 'text'
      name: string
      label: string
      /** What stands there to begin with. */
      value?: string
      placeholder?: string
      /** Longest text, UTF-16 units. */
      max?: number
      /** What is wrong with it, for people, or null. An empty text is wrong by itself. */
      check?: (text: string) => string | null
    }

/** Something to go to: a task, an entry, a person. */
export interface Place {
  id: string
  group: string
  label: string
  detail?: string
  go: () => void
}

/** What is wrong with an answer to a step, or null. */
export function problemOf(step: Step, answer: string): string | null {
  if (step.kind === 'choose') {
    const option = step.options.find((o) => o.value === answer)
    return option === undefined ? 'Choose one of the list.' : (option.whyNot ?? null)
  }
  const text = answer.trim()
  if (text === '') return `Write something: ${step.label.toLowerCase()}.`
  if (step.max !== undefined && text.length > step.max)
    return `${text.length} characters; ${step.max} are the most.`
  return step.check?.(text) ?? null
}
