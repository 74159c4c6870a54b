import type { LintFinding } from './lint-finding.ts'
import { type Condition, type Playbook, statuses } from './model.ts'
import { evaluatePlan, type PlanCondition, type PlanFacts } from './plan-conditions.ts'

/** Whether a condition can come true for this severity, whatever else happens. */
export function mayHold(condition: PlanCondition, severity: string): boolean {
  return situations([severity]).some((facts) => could(condition, facts))
}

/** Steps, lists, items and rules that no incident ever comes to. */
export function unreachable(playbook: Playbook): LintFinding[] {
  const found: LintFinding[] = []
  const all = situations(playbook.severities.map((one) => one.key))
  const add = (path: string, message: string) => found.push({ kind: 'unreachable', path, message })
  const never = (...conditions: (PlanCondition | undefined)[]) => {
    const given = conditions.filter((one) => one !== undefined)
    return !all.some((facts) => given.every((one) => could(one, facts)))
  }
  const is = (condition: Condition | undefined) => (condition === undefined ? undefined : asPlan(condition))
  for (const path of playbook.escalation.paths) {
    let blocked: string | null = null
    for (const step of path.steps) {
      const at = `escalation.paths[${path.id}].steps[${step.id}]`
      if (never(path.when, step.when)) {
        add(at, `“${step.label}” can never come: its condition and that of its path exclude one another.`)
        blocked ??= step.label
      } else if (path.sequential && blocked !== null)
        add(at, `“${step.label}” waits for “${blocked}”, which can never come.`)
    }
  }
  for (const list of playbook.checklists) {
    const at = `checklists[${list.id}]`
    if (never(is(list.when))) add(at, `“${list.title}” never applies.`)
    else
      for (const item of list.items.flatMap((one) => [one, ...one.children]))
        if (never(is(list.when), is(item.when)))
          add(`${at}.items[${item.id}]`, `“${item.text}” never applies.`)
  }
  for (const clock of playbook.clocks)
    if (never(is(clock.when))) add(`clocks[${clock.id}]`, `“${clock.label}” never counts.`)
  for (const cadence of playbook.cadences)
    if (never(is(cadence.when))) add(`cadences[${cadence.id}]`, `“${cadence.label}” is never owed.`)
  for (const notice of playbook.notices)
    if (never(is(notice.when))) add(`notices[${notice.id}]`, `“${notice.label}” is never sent.`)
  for (const runbook of playbook.runbooks)
    if (never(is(runbook.when)))
      add(`runbooks[${runbook.id}]`, `“${runbook.title}” is never for an incident.`)
  return found
}

function asPlan(condition: Condition): PlanCondition {
  return { kind: 'is', condition }
}

/** Every combination of what an incident can be at one moment; what people answer and how long things last stay open. */
function situations(severities: readonly string[]): PlanFacts[] {
  return severities.flatMap((severity) =>
    statuses.flatMap((status) =>
      [true, false].map((acknowledged) => ({
        facts: {
          severity,
          status,
          flags: {},
          open: status !== 'resolved' && status !== 'closed',
          acknowledged,
        },
        baseAt: () => undefined,
        heldSince: () => undefined,
        firstResponder: null,
      })),
    ),
  )
}

/** False only where nothing that is still open could make it true. */
function could(condition: PlanCondition, facts: PlanFacts): boolean {
  return evaluatePlan(asOpen(condition), facts, 0) !== 'false'
}

/** Waiting, pressing and answering first may all happen: nothing of it makes a condition impossible. */
function asOpen(condition: PlanCondition): PlanCondition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map(asOpen) }
    case 'not':
      return { kind: 'not', of: asOpen(condition.of) }
    case 'is':
      return condition
    case 'since':
    case 'held':
    case 'manual':
    case 'first-responder':
      return { kind: 'first-responder', position: '' }
  }
}
