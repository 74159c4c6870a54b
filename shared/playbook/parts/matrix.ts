import type { PlanCondition } from '../plan-conditions.ts'
import type { EscalationMatrix, EscalationPath } from './escalation.ts'
import type { Target } from './people.ts'
import { type TargetVocabulary, targetWords } from './target-words.ts'

/**
 * The paths a matrix stands for: one per first responder and severity, each target a step that waits for the one
 * before it. A path of the matrix is a path like any other.
 */
export function matrixPaths(matrix: EscalationMatrix, playbook: TargetVocabulary): EscalationPath[] {
  return matrix.rows.flatMap((row) =>
    Object.entries(row.cells).map(([severity, targets]) => ({
      id: `matrix-${row.first}-${severity.toLowerCase()}`,
      label: `${row.label}, ${severity}`,
      when: cell(row.first, severity),
      sequential: true,
      steps: targets.map((target, i) => ({
        id: `${i + 1}-${nameOf(target)}`,
        label: capital(targetWords(target, playbook)),
        to: [target],
        all: true,
        when: matrix.advance,
        via: [],
        src: row.src,
      })),
      src: row.src,
    })),
  )
}

function cell(first: string, severity: string): PlanCondition {
  return {
    kind: 'all',
    of: [
      { kind: 'is', condition: { kind: 'severity', keys: [severity] } },
      { kind: 'is', condition: { kind: 'open', is: true } },
      { kind: 'first-responder', position: first },
    ],
  }
}

function nameOf(target: Target): string {
  if ('contact' in target) return target.contact
  if ('action' in target) return target.action
  if ('role' in target) return target.role
  if ('oncall' in target) return `${target.oncall}-${target.tier}`
  if ('leadOf' in target) return `lead-of-${target.leadOf}`
  if ('channel' in target) return target.channel
  if ('expertFor' in target) return 'expert'
  return target.anyOf.map((one) => one.contact).join('-or-')
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
