import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { watchLoop } from '../../../server/platform/loop-lag.ts'

const lag = async (registry: Registry, name: string) =>
  (await registry.getSingleMetric(`nodejs_eventloop_lag_${name}_seconds`)?.get())?.values[0]?.value

/**
 * Lets nothing else run for so long, and then everything that has waited: this turn of the loop to its end, and all
 * timers of the next one, in whichever order.
 */
async function hold(ms: number): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end);
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}

it('tells how long the loop was held up at most, however seldom it looks', async () => {
  const registry = new Registry()
  watchLoop(registry)
  // Two looks make a sample: the first comes after this.
  await hold(300)
  await hold(700)
  await registry.metrics()
  // It looks every 250 ms, so that much of it is no delay.
  const longest = (await lag(registry, 'max')) ?? 0
  expect(longest).toBeGreaterThanOrEqual(0.4)
  expect(await lag(registry, 'p99')).toBeLessThanOrEqual(longest)
  expect(await lag(registry, 'mean')).toBeLessThanOrEqual(longest)
})
