import { tick } from 'svelte'
import { type Act, type Place, problemOf, type Step, type Values } from '../../state/acts.ts'
import { recentActs, rememberAct } from '../../state/recent-acts.ts'
import { type Line, optionSection, paletteSections, type Section } from './palette-list.ts'

interface Around<C> {
  acts: readonly Act<C>[]
  places: () => readonly Place[]
  context: C
  /** When it was opened, server ms. */
  at: number
  close: () => void
}

/**
 * One opening of the palette: what is typed, which act was chosen, which of its questions are answered. Enter goes
 * on, Esc goes one question back. An act opened by its key or with nothing left to ask waits for one more Enter.
 */
export class Palette<C> {
  readonly #around: Around<C>
  readonly #recent = recentActs()
  query = $state('')
  picked = $state(0)
  act = $state.raw<Act<C> | null>(null)
  values = $state.raw<Values>({})
  /** What was refused, by the server or by the question itself; the words that were typed stay. */
  problem = $state<string | null>(null)
  busy = $state(false)
  /** The answered questions, oldest first, and their answers in words. */
  #asked = $state.raw<readonly { name: string; told: string }[]>([])

  readonly step = $derived.by<Step | null>(
    () => this.act?.next(this.values, this.#around.context, this.#around.at) ?? null,
  )
  readonly whyNot = $derived.by(() => this.act?.whyNot(this.#around.context) ?? null)
  readonly sections = $derived.by<readonly Section<C>[]>(() => {
    const { acts, places, context } = this.#around
    if (this.act === null) return paletteSections(this.query, acts, places(), this.#recent, context)
    if (this.step?.kind === 'choose') return optionSection(this.query, this.step.label, this.step.options)
    return []
  })
  readonly lines = $derived.by<readonly Line<C>[]>(() => this.sections.flatMap((s) => s.lines))
  constructor(around: Around<C>, asked: { act?: string; values?: Values }) {
    this.#around = around
    const act = around.acts.find((a) => a.id === asked.act)
    if (act !== undefined) {
      this.values = asked.values ?? {}
      this.#begin(act)
    }
  }

  /** What was answered so far, in words. */
  get told(): readonly string[] {
    return this.#asked.map((answered) => answered.told)
  }

  typed(): void {
    this.picked = 0
    this.problem = null
  }

  move(by: number): void {
    const { length } = this.lines
    if (length > 0) this.picked = (this.picked + by + length) % length
  }

  /** Enter. */
  async go(): Promise<void> {
    if (this.busy) return
    const { act, step } = this
    if (act !== null && this.whyNot !== null) this.problem = this.whyNot
    else if (act !== null && step === null) await this.#run(act)
    else if (act !== null && step?.kind === 'text') await this.#answer(act, step, this.query.trim())
    else await this.choose(this.lines[this.picked])
  }

  async choose(line: Line<C> | undefined): Promise<void> {
    if (line === undefined) return
    switch (line.kind) {
      case 'place':
        this.#around.close()
        await tick()
        line.place.go()
        return
      case 'option':
        if (this.act !== null && this.step !== null)
          await this.#answer(this.act, this.step, line.option.value)
        return
      case 'act':
        if (line.whyNot !== null) {
          this.problem = `${line.label}: not now. ${line.whyNot}`
          return
        }
        rememberAct(line.act.id)
        this.values = {}
        this.#begin(line.act)
        // Enter on an act that asks for nothing is the Enter that commits.
        if (this.step === null) await this.#run(line.act)
    }
  }

  /** One question back. @returns false when there is none: the palette itself is left */
  back(): boolean {
    const { act } = this
    if (act === null) return false
    const last = this.#asked.at(-1)
    if (last === undefined) {
      this.act = null
      this.values = {}
      this.#ask('')
      return true
    }
    this.#asked = this.#asked.slice(0, -1)
    const { [last.name]: before, ...rest } = this.values
    this.values = rest
    this.#ask(this.step?.kind === 'text' ? (before ?? '') : '')
    return true
  }

  #begin(act: Act<C>): void {
    this.act = act
    this.#asked = []
    this.#ask()
  }

  /** Shows the next question, with what stands in its field. */
  #ask(text?: string): void {
    const { step } = this
    this.query = text ?? (step?.kind === 'text' ? (step.value ?? '') : '')
    this.picked = Math.max(
      0,
      this.lines.findIndex((line) => line.kind !== 'option' || line.whyNot === null),
    )
    this.problem = null
  }

  async #answer(act: Act<C>, step: Step, value: string): Promise<void> {
    this.problem = problemOf(step, value)
    if (this.problem !== null) return
    this.values = { ...this.values, [step.name]: value }
    const told = step.kind === 'choose' ? step.options.find((o) => o.value === value)?.label : value
    this.#asked = [...this.#asked, { name: step.name, told: told ?? value }]
    if (this.step === null) await this.#run(act)
    else this.#ask()
  }

  async #run(act: Act<C>): Promise<void> {
    const { close, context, at } = this.#around
    if (act.leaves === true) {
      close()
      await tick()
      await act.run(this.values, context, at)
      return
    }
    this.busy = true
    const refused = await act.run(this.values, context, at)
    this.busy = false
    if (refused === null) return close()
    // Back to the question it is about, else to the last one, with the words that stood there.
    const names = this.#asked.map((answered) => answered.name)
    const about = names.find((name) => name === refused.field) ?? names.at(-1)
    if (about !== undefined) while (this.values[about] !== undefined) this.back()
    this.problem = refused.message
  }
}
