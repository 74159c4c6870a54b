import { formatDuration } from './duration.ts'
import type { LintFinding } from './lint-finding.ts'
import { mayHold } from './lint-reach.ts'
import type { Figure, Playbook } from './model.ts'
import { leavesOf, type PlanCondition } from './plan-conditions.ts'

/** Figures that cannot both be meant. Times in ms. */
export function contradictions(playbook: Playbook): LintFinding[] {
  return [...lateAcknowledgement(playbook), ...stepsOutOfOrder(playbook), ...statusPage(playbook)]
}

/** Acknowledging is the first thing of a response: nobody can be given longer for it than for the response. */
function lateAcknowledgement(playbook: Playbook): LintFinding[] {
  return playbook.clocks.flatMap((clock) => {
    const target = msOf(clock.target)
    if (clock.until !== 'acknowledged' || target === null || clock.from !== playbook.response.from) return []
    return playbook.severities.flatMap((severity): LintFinding[] => {
      const response = severity.response.kind === 'within' ? msOf(severity.response.target) : null
      if (response === null || target <= response) return []
      if (clock.when !== undefined && !mayHold({ kind: 'is', condition: clock.when }, severity.key)) return []
      return [
        {
          kind: 'contradiction',
          path: `clocks[${clock.id}].target`,
          message: `“${clock.label}” has ${formatDuration(target)}, and ${severity.key} must be responded to in ${formatDuration(response)}.`,
        },
      ]
    })
  })
}

/** Steps by marks since the same moment are written in the order in which they come. */
function stepsOutOfOrder(playbook: Playbook): LintFinding[] {
  return playbook.escalation.paths.flatMap((path) =>
    path.steps.flatMap((step, i): LintFinding[] => {
      const mark = markOf(step.when)
      const before = path.steps.slice(0, i).find((one) => {
        const other = markOf(one.when)
        return mark !== null && other !== null && other.moment === mark.moment && other.ms > mark.ms
      })
      if (mark === null || before === undefined) return []
      return [
        {
          kind: 'contradiction',
          path: `escalation.paths[${path.id}].steps[${step.id}].when`,
          message: `“${step.label}” comes after ${formatDuration(mark.ms)}, before “${before.label}”, which stands above it.`,
        },
      ]
    }),
  )
}

/** A rule that asks for the status page where the playbook says there is none. */
function statusPage(playbook: Playbook): LintFinding[] {
  const available = playbook.statusPage?.available
  if (available === undefined || available.kind === 'unset' || available.value) return []
  return playbook.policies
    .filter((policy) => policy.effect === 'require' && policy.what.includes('status-page'))
    .map((policy) => ({
      kind: 'contradiction',
      path: `policies[${policy.id}]`,
      message: `“${policy.label}” asks for the status page, and there is none.`,
    }))
}

/** The one mark a step waits for, where it waits for exactly one. */
function markOf(condition: PlanCondition): { moment: string; ms: number } | null {
  const marks = leavesOf(condition).flatMap((leaf) =>
    leaf.kind === 'since' && leaf.base.kind === 'moment' && leaf.figure.kind !== 'unset'
      ? [{ moment: leaf.base.moment, ms: leaf.figure.ms }]
      : [],
  )
  const [only, ...more] = marks
  return more.length > 0 ? null : (only ?? null)
}

function msOf(figure: Figure): number | null {
  return figure.kind === 'unset' ? null : figure.ms
}
