import { spawnSync } from 'node:child_process'
import { findChromium } from '../../scripts/lib/chromium.ts'
import { halves, isFresh, root } from '../../scripts/lib/freshness.mjs'

/** Builds what is older than its sources, pages too, and unpacks the browser once, before any file asks for it. */
export default async function setup(): Promise<void> {
  const outdated = halves.filter((half) => !isFresh(half))
  if (outdated.length > 0) {
    const build = ['scripts/build.mjs', ...outdated]
    const { status } = spawnSync(process.execPath, build, { cwd: root, stdio: 'inherit' })
    if (status !== 0) throw new Error(`The ${outdated.join(' and the ')} does not build: see above.`)
  }
  await findChromium()
}
