import type { Load } from './machine.ts'

/** One figure of one repetition, beside the relay's of the same seconds when there is one. */
export interface Repetition {
  value: number
  /** p50 and p99 in ms where `value` is one of many. */
  p50?: number
  p99?: number
  relay?: { p50: number; p99: number }
  load?: Load
}

/** What has to be reached, and what was. Smaller is better everywhere. */
export interface Figure {
  name: string
  database: 'embedded' | 'PostgreSQL'
  unit: string
  target: number
  /** Which quantile `value` is, so that it is held against the same of the relay. */
  of?: 'p50' | 'p99'
  repetitions: Repetition[]
  note?: string
}

export interface Verdict extends Figure {
  median: number
  worst: number
  /** Median over the relay's median of the same quantile. */
  ratio?: number
  passed: boolean
  /** Repetitions during which other jobs took more than `calm` cores. */
  disturbed: number
}

/** Cores that others may take before a repetition counts as disturbed. */
export const calm = 0.3

/** Judges by the median of the calm repetitions; of all, when fewer than three were calm. `worst` is of all. */
export function judge(figure: Figure): Verdict {
  const quiet = figure.repetitions.filter((one) => !isDisturbed(one))
  const counted = quiet.length >= 3 ? quiet : figure.repetitions
  const values = counted.map(({ value }) => value)
  const median = quantile(values, 0.5)
  const of = figure.of ?? 'p50'
  const relays = counted.flatMap(({ relay }) => (relay === undefined ? [] : [relay[of]]))
  return {
    ...figure,
    median,
    worst: Math.max(...figure.repetitions.map(({ value }) => value)),
    ...(relays.length > 0 && { ratio: median / quantile(relays, 0.5) }),
    passed: median <= figure.target,
    disturbed: figure.repetitions.length - quiet.length,
  }
}

export function isDisturbed({ load }: Repetition): boolean {
  return load !== undefined && load.foreign > calm
}

/** The value below which the share `q` of the values lies; NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  if (q === 0.5 && sorted.length % 2 === 0 && sorted.length > 0)
    return ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
