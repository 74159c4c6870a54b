import { decideDeclare } from '../../../shared/incident/decide.ts'
import { escalationPlan, type PlannedStep } from '../../../shared/incident/escalation/plan.ts'
import type { FlagValue } from '../../../shared/incident/events.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import { timeOf } from '../../components/room/ladder-layout.ts'

type Severity = Playbook['severities'][number]

/** A path of the escalation as it would go if nobody did anything, drawn once for all severities it is the same for. */
export interface DrawnLadder {
  severities: Severity[]
  steps: PlannedStep[]
  /** The alert, ms: an hour of no day. */
  base: number
  /** Questions that are taken to be answered with yes. */
  asIf: string[]
}

const base = 365 * 24 * 60 * 60_000

/**
 * Steps of these paths by the planner that runs them, for each severity they call anybody under, gravest first. Empty
 * where no step comes at a known time, or there is only one: there is nothing to draw then.
 */
export function laddersOf(playbook: Playbook, paths: readonly string[]): DrawnLadder[] {
  const drawn = new Map<string, DrawnLadder>()
  for (const severity of [...playbook.severities].sort((a, b) => a.rank - b.rank)) {
    const one = ladderUnder(playbook, paths, severity)
    if (one === null) continue
    const look = JSON.stringify(one.steps.map((step) => [step.standing.kind, timeOf(step)]))
    const same = drawn.get(look)
    if (same === undefined) drawn.set(look, one)
    else same.severities.push(severity)
  }
  return [...drawn.values()]
}

function ladderUnder(playbook: Playbook, paths: readonly string[], severity: Severity): DrawnLadder | null {
  const flags: Record<string, FlagValue> = {}
  for (;;) {
    const steps = stepsOf(playbook, paths, severity.key, flags)
    // Of several questions it is not known which one brings it: then it has no time here either.
    const asked = steps.flatMap(({ standing }) =>
      standing.kind === 'asks' && standing.flags.length === 1 ? standing.flags : [],
    )
    const open = asked.filter((flag) => flags[flag] === undefined)
    if (open.length > 0) {
      for (const flag of open) flags[flag] = 'yes'
      continue
    }
    const timed = steps.filter((step) => timeOf(step) !== null)
    if (steps.length < 2 || timed.length === 0) return null
    const asIf = playbook.flags.flatMap(({ id, question }) => (flags[id] === undefined ? [] : [question]))
    return { severities: [severity], steps, base, asIf }
  }
}

function stepsOf(
  playbook: Playbook,
  paths: readonly string[],
  severity: string,
  flags: Readonly<Record<string, FlagValue>>,
): PlannedStep[] {
  const decision = decideDeclare(
    { title: 'x', severity, flags },
    { now: base, actor: { kind: 'system', id: 'system' }, commandId: 'drawn', key: '', playbook, hash: '' },
  )
  if (!decision.ok) return []
  return escalationPlan(decision.state, playbook, base).filter((step) => paths.includes(step.path.id))
}
