import { contradictions } from './lint-contradictions.ts'
import type { LintFinding } from './lint-finding.ts'
import { mayHold, unreachable } from './lint-reach.ts'
import type { Figure, Playbook, ResponseTarget } from './model.ts'
import type { EscalationPath, EscalationStep } from './parts/escalation.ts'
import { matrixPaths } from './parts/matrix.ts'
import type { Target } from './parts/people.ts'
import { pagedTeam, pagesByComponent } from './parts/target-words.ts'
import { leavesOf } from './plan-conditions.ts'
import type { Stated } from './stated.ts'

/** Reads a whole playbook for what cannot fire, is never reached, calls one person twice, leaves a gap or contradicts itself (R206). */
export function lintPlaybook(playbook: Playbook): LintFinding[] {
  return [
    ...unsetFigures(playbook),
    ...unreachable(playbook),
    ...calledTwice(playbook),
    ...gaps(playbook),
    ...contradictions(playbook),
  ]
}

/** Figures without which a rule never fires by itself. */
function unsetFigures(playbook: Playbook): LintFinding[] {
  const found: LintFinding[] = []
  const add = (path: string, message: string) => found.push({ kind: 'unset', path, message })
  for (const clock of playbook.clocks)
    if (isUnset(clock.target))
      add(`clocks[${clock.id}].target`, `“${clock.label}” is never late: no time is set.`)
  for (const cadence of playbook.cadences)
    if (isUnset(cadence.every))
      add(`cadences[${cadence.id}].every`, `“${cadence.label}” is never asked for: no interval is set.`)
  for (const severity of playbook.severities)
    if (severity.response.kind === 'unset')
      add(
        `severities[${severity.key}].response`,
        `Nobody is ever late to respond to ${severity.key}: no time is set.`,
      )
  for (const path of playbook.escalation.paths)
    for (const step of path.steps)
      if (restsOnUnset(step))
        add(
          `escalation.paths[${path.id}].steps[${step.id}].when`,
          `“${step.label}” rests on a figure that is not set: that part never fires by itself.`,
        )
  const { matrix } = playbook.escalation
  if (matrix !== undefined && leavesOf(matrix.advance).some(hasUnsetFigure))
    add('escalation.matrix.advance', 'No step of the matrix is taken by itself: no time is set.')
  for (const threshold of playbook.alerts.thresholds) {
    const at = `alerts.thresholds[${threshold.id}]`
    if (isUnset(threshold.value))
      add(`${at}.value`, `The threshold “${threshold.id}” is never crossed: no figure is set.`)
    else if (threshold.for !== undefined && isUnset(threshold.for))
      add(`${at}.for`, `The threshold “${threshold.id}” is never crossed: how long it must last is not set.`)
  }
  for (const deadline of playbook.postIncident)
    if (isUnset(deadline.within))
      add(`postIncident[${deadline.id}].within`, `“${deadline.label}” is never late: no time is set.`)
  for (const calendar of playbook.calendars)
    if (isUnset(calendar.zone) || isUnset(calendar.week))
      add(
        `calendars[${calendar.id}]`,
        `“${calendar.label}” has no ${isUnset(calendar.zone) ? 'time zone' : 'hours'}: what goes by it has no time.`,
      )
  return found
}

/** One person at two steps of a ladder: the second call reaches nobody new (R42). */
function calledTwice(playbook: Playbook): LintFinding[] {
  const found: LintFinding[] = []
  for (const { path, at } of laddersOf(playbook)) {
    const teams = path.steps.some((step) => step.to.some(pagesByComponent))
      ? playbook.teams.map((team) => team.id)
      : [null]
    for (const team of teams) {
      const first = new Map<string, EscalationStep>()
      for (const step of path.steps)
        for (const person of peopleOf(step.to, team, playbook)) {
          const before = first.get(person)
          if (before === undefined) first.set(person, step)
          else if (before !== step)
            found.push({
              kind: 'twice',
              path: at(step),
              message: `${positionOf(person, playbook)} is called at “${before.label}” and again at “${step.label}”${team === null ? '' : ` when ${labelOf(team, playbook)} is paged`}.`,
            })
        }
    }
  }
  return found
}

/** Severities nobody is called or told of, and hours nobody said. */
function gaps(playbook: Playbook): LintFinding[] {
  const found: LintFinding[] = []
  const add = (path: string, message: string) => found.push({ kind: 'gap', path, message })
  const { paths, matrix } = playbook.escalation
  for (const { key, coverage } of playbook.severities) {
    const called = [...paths, ...(matrix === undefined ? [] : matrixPaths(matrix, playbook))].some(
      (path) => path.when === undefined || mayHold(path.when, key),
    )
    const told = playbook.notices.some(
      (notice) =>
        notice.on === 'declared' &&
        (notice.when === undefined || mayHold({ kind: 'is', condition: notice.when }, key)),
    )
    if (!called && !told) add(`severities[${key}]`, `Nobody is called or told when ${key} is declared.`)
    if (coverage?.kind === 'calendar') {
      const calendar = playbook.calendars.find((one) => one.id === coverage.id)
      if (calendar !== undefined && (isUnset(calendar.zone) || isUnset(calendar.week)))
        add(
          `severities[${key}].coverage`,
          `${key} is answered in the hours of “${calendar.label}”, and nobody said which they are.`,
        )
    }
  }
  for (const row of matrix?.rows ?? [])
    for (const { key } of playbook.severities)
      if (!Object.hasOwn(row.cells, key))
        add(`escalation.matrix.rows[${row.first}].cells`, `“${row.label}” says nothing about ${key}.`)
  for (const team of playbook.teams)
    if (team.coverage === 'unset')
      add(`teams[${team.id}].coverage`, `When “${team.label}” answers is not set.`)
  const routed = laddersOf(playbook).some(({ path }) =>
    path.steps.some((step) => step.to.some(pagesByComponent)),
  )
  for (const team of routed && playbook.teams.length > 1 ? playbook.teams : [])
    if (team.components.length === 0)
      add(
        `teams[${team.id}].components`,
        `What “${team.label}” answers for is not set: no incident pages it.`,
      )
  return found
}

/** Paths in which one person must not stand twice, and where their steps are in the file. */
function laddersOf(playbook: Playbook): { path: EscalationPath; at: (step: EscalationStep) => string }[] {
  const { paths, matrix } = playbook.escalation
  return [
    ...paths.map((path) => ({
      path,
      at: (step: EscalationStep) => `escalation.paths[${path.id}].steps[${step.id}]`,
    })),
    ...(matrix === undefined ? [] : matrixPaths(matrix, playbook)).map((path) => ({
      path,
      at: () => 'escalation.matrix.rows',
    })),
  ]
}

/** The contacts behind targets, one id for each person. `team`: the one that is paged. */
function peopleOf(targets: readonly Target[], team: string | null, playbook: Playbook): Set<string> {
  const teamOf = (id: string) => playbook.teams.find((one) => one.id === (id === pagedTeam ? team : id))
  const people = targets.flatMap((target) => {
    if ('contact' in target) return [target.contact]
    if ('oncall' in target)
      return (
        teamOf(target.oncall)?.tiers.flatMap((tier) => (tier.id === target.tier ? [tier.contact] : [])) ?? []
      )
    if ('leadOf' in target) {
      const lead = teamOf(target.leadOf)?.lead
      return lead === undefined ? [] : [lead]
    }
    if ('anyOf' in target) return target.anyOf.map((one) => one.contact)
    return []
  })
  return new Set(people.map((id) => playbook.contacts.find((one) => one.id === id)?.sameAs ?? id))
}

function isUnset(value: Figure | Stated<unknown> | ResponseTarget): boolean {
  return value.kind === 'unset'
}

function restsOnUnset(step: EscalationStep): boolean {
  return leavesOf(step.when).some(hasUnsetFigure)
}

function hasUnsetFigure(leaf: ReturnType<typeof leavesOf>[number]): boolean {
  return (leaf.kind === 'since' || leaf.kind === 'held') && leaf.figure.kind === 'unset'
}

function positionOf(id: string, playbook: Playbook): string {
  return playbook.contacts.find((one) => one.id === id)?.position ?? id
}

function labelOf(team: string, playbook: Playbook): string {
  return playbook.teams.find((one) => one.id === team)?.label ?? team
}
