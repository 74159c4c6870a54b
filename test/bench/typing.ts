import type { Figure, Repetition } from './figures.ts'
import { isDisturbed, quantile } from './figures.ts'
import type { Typed } from './generator.ts'
import type { Rig } from './rig.ts'

export interface TypingOptions {
  name: string
  people: number
  of: 'p50' | 'p99'
  /** ms */
  target: number
  seconds: number
  /** Other work: called before the relay's turn, to weigh from `begin` (our turn) until `end`; resolves after it. */
  beside?(begin: Promise<void>, end: Promise<void>): Promise<void>
}

const editsPerSecond = 5

/**
 * From the keystroke's leaving one process's socket to its being received by everybody else, committed. The
 * relay's turn and ours alternate within seconds, driven by the same people.
 */
export async function measureTyping(rig: Rig, options: TypingOptions): Promise<Figure> {
  const { world, generator, relay } = rig
  const { people, seconds } = options
  const document = `${world.server.url.replace('http', 'ws')}/documents/${world.typing}`
  const muster = { kind: 'muster' as const, url: document, tokens: world.tokens }
  await generator.order({ kind: 'connect', room: 'muster', target: muster, people })
  const bare = { kind: 'relay' as const, url: relay.url, tokens: [] }
  await generator.order({ kind: 'connect', room: 'relay', target: bare, people })
  const turn = async (room: string, length = seconds) => {
    const typed = await generator.type(room, editsPerSecond, length)
    if (typed.missing > 0) throw new Error(`${options.name}: ${typed.missing} edits did not arrive (${room})`)
    return typed
  }
  try {
    await turn('relay', 1)
    await turn('muster', 1)
    const repetitions: Repetition[] = []
    const enough = () => {
      const quiet = repetitions.filter((one) => !isDisturbed(one)).length
      return quiet >= rig.repetitions || repetitions.length >= rig.repetitions + rig.extra
    }
    while (!enough()) {
      await rig.lookAround()
      const begin = signal()
      const end = signal()
      const beside = options.beside?.(begin.given, end.given)
      const first = await turn('relay')
      begin.give()
      const stop = rig.watch()
      const typed = await turn('muster')
      const load = stop()
      end.give()
      await beside
      repetitions.push({ ...summary(typed, options.of), relay: quantiles(first), load })
    }
    return { ...options, database: world.where, unit: 'ms', repetitions }
  } finally {
    await generator.order({ kind: 'leave', room: 'muster' })
    await generator.order({ kind: 'leave', room: 'relay' })
  }
}

function signal(): { given: Promise<void>; give(): void } {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

function quantiles({ latencies }: Typed): { p50: number; p99: number } {
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}

function summary(typed: Typed, of: 'p50' | 'p99') {
  const both = quantiles(typed)
  return { ...both, value: both[of], ownDelay: typed.ownDelay }
}
