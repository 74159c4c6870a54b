import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

export interface LookFor {
  /** Only these rules; all of them where nothing is said. */
  readonly rules?: readonly string[]
  /** Only rules with one of these tags. */
  readonly tags?: readonly string[]
  /** Only what stands in the part of the page that this selector finds. */
  readonly within?: string
}

/**
 * What axe finds wrong in a page as it stands, each with its places. It looks in the page itself and tells what is
 * wrong only: our pages have no frames, for whose sake it would open a second page each time, and everything that is
 * right, told node by node, takes longer than the look.
 */
export async function violationsOf(page: Page, { rules, tags, within }: LookFor = {}): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  if (rules !== undefined) axe.withRules([...rules])
  if (tags !== undefined) axe.withTags([...tags])
  if (within !== undefined) axe.include(within)
  const { violations } = await axe.analyze()
  return violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1] ?? ''}`),
  )
}
