/**
 * A radio group is one tab stop: arrows choose and move the focus along. To be called with `keydown` of the group,
 * whose buttons stand in the order of `values`.
 */
export function radioKey<T>(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  values: readonly T[],
  value: T,
  choose: (value: T) => void,
): void {
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  event.stopPropagation()
  // Where nothing is chosen yet, the first arrow chooses the first, or the last.
  const at = values.indexOf(value)
  const to = at < 0 ? (step > 0 ? 0 : values.length - 1) : (at + step + values.length) % values.length
  const next = values[to]
  if (next === undefined) return
  choose(next)
  event.currentTarget.querySelectorAll('button')[to]?.focus()
}

const steps: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
