import type { Playbook, Severity } from './model.ts'
import type { Threshold } from './parts/classification.ts'
import { givenValue } from './stated.ts'

export interface Crossed {
  threshold: Threshold
  severity: Severity | null
}

/**
 * Which thresholds a reading crosses, the worst severity first; a threshold without a figure is never crossed, nor
 * is one that asks for a time nobody stated while `heldMs` is all that is known (S19). `>` is more, not equal.
 */
export function crossedBy(
  playbook: Playbook,
  reading: { metric: string; value: number; heldMs: number },
): Crossed[] {
  const crossed: Crossed[] = []
  for (const threshold of playbook.alerts.thresholds) {
    if (threshold.metric !== reading.metric) continue
    const limit = givenValue(threshold.value)
    if (limit === null) continue
    const beyond = threshold.op === '>' ? reading.value > limit : reading.value < limit
    if (!beyond) continue
    const lasts = threshold.for
    if (lasts !== undefined && (lasts.kind === 'unset' || reading.heldMs < lasts.ms)) continue
    const severity = playbook.severities.find((one) => one.key === threshold.severity) ?? null
    crossed.push({ threshold, severity })
  }
  return crossed.sort((a, b) => rank(a) - rank(b))
}

function rank({ severity }: Crossed): number {
  return severity?.rank ?? Number.MAX_SAFE_INTEGER
}
