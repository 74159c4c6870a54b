import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

/** How often the loop is looked at, in ms: every look wakes an idle server. */
const everyMs = 250
/** For the sampling that prom-client brings along, which would wake it a hundred times a second: never. */
export const hardlyEverMs = 2_147_483_647

type Samples = Pick<ReturnType<typeof monitorEventLoopDelay>, 'mean' | 'max' | 'percentile'>

/** How late the event loop came to its turns since it was last asked; under prom-client's names, in seconds. */
const figures: Record<string, { help: string; of: (samples: Samples) => number }> = {
  mean: { help: 'The mean of the recorded event loop delays.', of: (s) => s.mean },
  p50: { help: 'The 50th percentile of the recorded event loop delays.', of: (s) => s.percentile(50) },
  p90: { help: 'The 90th percentile of the recorded event loop delays.', of: (s) => s.percentile(90) },
  p99: { help: 'The 99th percentile of the recorded event loop delays.', of: (s) => s.percentile(99) },
  max: { help: 'The maximum recorded event loop delay.', of: (s) => s.max },
}

/**
 * Puts figures of the loop's delay into `registry`, in place of those prom-client has put there. A sample is the time
 * from one look to the next, so that what is beyond `everyMs` is the delay.
 */
export function watchLoop(registry: Registry): void {
  for (const name of ['min', 'stddev', ...Object.keys(figures)])
    registry.removeSingleMetric(`nodejs_eventloop_lag_${name}_seconds`)
  const samples = monitorEventLoopDelay({ resolution: everyMs })
  samples.enable()
  const gauges = Object.entries(figures).map(([name, { help, of }]) => ({
    gauge: new Gauge({
      name: `nodejs_eventloop_lag_${name}_seconds`,
      help,
      registers: [registry],
      // The first speaks for all, so that they tell of the same samples.
      ...(name === 'mean' && { collect: () => collect() }),
    }),
    of,
  }))
  const collect = () => {
    for (const { gauge, of } of gauges) {
      const seconds = of(samples) / 1e9 - everyMs / 1000
      // Before the first look there is nothing to tell.
      gauge.set(Number.isFinite(seconds) ? Math.max(0, seconds) : 0)
    }
    samples.reset()
  }
}
