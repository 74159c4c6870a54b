import { calm, type Repetition, type Verdict } from './figures.ts'

const heads = [
  'figure',
  'database',
  'target',
  'median',
  'worst',
  'relay',
  'ratio',
  'p50/p99 ms',
  'foreign',
  '',
]

/** The verdicts as people read them. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(row)
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((cells) => (cells[i] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  const notes = verdicts.flatMap(({ name, database, note, disturbed, repetitions }) => {
    const noise =
      disturbed > 0
        ? `${disturbed} of ${repetitions.length} runs disturbed (others took over ${calm} cores)`
        : ''
    const text = [note, noise].filter(Boolean).join('; ')
    return text === '' ? [] : [`${name}, ${database}: ${text}`]
  })
  return [line(heads), ...rows.map(line), '', ...notes].join('\n')
}

function row(verdict: Verdict): string[] {
  const { name, database, unit, target, median, worst, ratio, passed, repetitions } = verdict
  const relay = ratio === undefined ? '' : number(median / ratio)
  return [
    name,
    database,
    `${target} ${unit}`,
    number(median),
    number(worst),
    relay,
    ratio === undefined ? '' : `${number(ratio)}x`,
    middle(repetitions),
    foreign(repetitions),
    passed ? 'reached' : 'MISSED',
  ]
}

/** p50 and p99 of the repetition in the middle. */
function middle(repetitions: readonly Repetition[]): string {
  const known = repetitions.flatMap(({ value, p50, p99 }) =>
    p50 === undefined || p99 === undefined ? [] : [{ value, p50, p99 }],
  )
  const one = known.sort((a, b) => a.value - b.value)[Math.floor((known.length - 1) / 2)]
  return one === undefined ? '' : `${number(one.p50)}/${number(one.p99)}`
}

/** Least and most of what others took, in cores. */
function foreign(repetitions: readonly Repetition[]): string {
  const loads = repetitions.flatMap(({ load }) => (load === undefined ? [] : [load.foreign]))
  return loads.length === 0 ? '' : `${Math.min(...loads).toFixed(1)}-${Math.max(...loads).toFixed(1)}`
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
