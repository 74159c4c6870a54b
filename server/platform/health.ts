import { Router } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { hardlyEverMs, watchLoop } from './loop-lag.ts'

/** What a deployment promises about acknowledged commits. */
export interface Durability {
  /** D1: survives a killed process. D2: survives a power cut too. */
  level: 'D1' | 'D2'
  statement: string
}

export interface HealthParts {
  database: 'embedded' | 'postgres'
  durability: Durability
  /** False from the moment the server begins to stop. */
  accepting(): boolean
  /** What stands in the way of work now; null when nothing does. */
  trouble(): Promise<string | null>
  /** True while the store serves reads alone because its disk is nearly full: ready, and in trouble all the same. */
  full?(): boolean
  /** Names ending in `_total` only rise. No labels, so that no id can get into one. */
  metrics(): Record<string, number>
}

/** For machines that watch: alive, ready, and in figures. */
export function healthRoutes(parts: HealthParts): Router {
  const router = Router()
  const figures = createFigures()
  const isFull = () => parts.full?.() ?? false

  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ ok: true })
  })

  router.get('/readyz', async (_request, response) => {
    const trouble = parts.accepting()
      ? await parts.trouble().catch(() => 'The database does not answer.')
      : 'Muster is stopping.'
    const told = trouble ?? (isFull() ? 'Writes are refused: no space left.' : null)
    response
      .status(trouble === null ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        ok: trouble === null,
        ...(told !== null && { trouble: told }),
        database: parts.database,
        durability: parts.durability,
      })
  })

  router.get('/metrics', async (_request, response) => {
    figures.set({ ...parts.metrics(), muster_writes_refused: isFull() ? 1 : 0 })
    response.set('Cache-Control', 'no-store').type(figures.registry.contentType)
    response.send(await figures.registry.metrics())
  })

  return router
}

function createFigures() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: hardlyEverMs })
  watchLoop(registry)
  const gauges = new Map<string, Gauge>()
  const counters = new Map<string, { counter: Counter; told: number }>()
  const help = (name: string) => name.replace(/^muster_/, '').replaceAll('_', ' ')

  function set(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      if (name.endsWith('_total')) raise(name, value)
      else gaugeOf(name).set(value)
    }
  }

  function raise(name: string, value: number): void {
    const known = counters.get(name) ?? {
      counter: new Counter({ name, help: help(name), registers: [registry] }),
      told: 0,
    }
    counters.set(name, known)
    if (value > known.told) known.counter.inc(value - known.told)
    known.told = Math.max(known.told, value)
  }

  function gaugeOf(name: string): Gauge {
    const gauge = gauges.get(name) ?? new Gauge({ name, help: help(name), registers: [registry] })
    gauges.set(name, gauge)
    return gauge
  }

  return { registry, set }
}
