import type { Playbook, Severity } from './model.ts'
import type { Dimension, IncidentType } from './parts/classification.ts'

/** Why a severity is suggested: which rule of the playbook said so. */
export type Reason =
  | { kind: 'dimension'; dimension: Dimension; value: string; severity: Severity }
  | { kind: 'type'; type: IncidentType; severity: Severity }

export interface Suggestion {
  /** The worst that any rule says; a person confirms it or chooses another (R5, R6). */
  severity: Severity
  reasons: Reason[]
  /** The rules do not say the same: shown, never settled in silence (S13). */
  disagree: boolean
}

/**
 * What the playbook's table and its types of incident say about the severity. Null while nothing that votes was
 * answered: nothing is suggested from nothing.
 */
export function suggestSeverity(
  playbook: Playbook,
  given: { dimensions: Readonly<Record<string, string>>; type?: string },
): Suggestion | null {
  const severityOf = (key: string | undefined) => playbook.severities.find((one) => one.key === key)
  const reasons: Reason[] = []
  for (const dimension of playbook.classification.dimensions) {
    const value = Object.hasOwn(given.dimensions, dimension.id) ? given.dimensions[dimension.id] : undefined
    const key =
      value !== undefined && dimension.map !== undefined && Object.hasOwn(dimension.map, value)
        ? dimension.map[value]
        : undefined
    const severity = severityOf(key)
    if (value !== undefined && severity !== undefined)
      reasons.push({ kind: 'dimension', dimension, value, severity })
  }
  const type = playbook.classification.types.find((one) => one.id === given.type)
  const byType = severityOf(type?.severity)
  if (type !== undefined && byType !== undefined) reasons.push({ kind: 'type', type, severity: byType })
  const [first, ...others] = reasons
  if (first === undefined) return null
  const worst = others.reduce((a, b) => (b.severity.rank < a.severity.rank ? b : a), first)
  return {
    severity: worst.severity,
    reasons,
    disagree: reasons.some((reason) => reason.severity.key !== worst.severity.key),
  }
}
