import { flagsOf } from '../../playbook/conditions.ts'
import { formatDuration } from '../../playbook/duration.ts'
import type { Condition, Playbook } from '../../playbook/model.ts'
import type { EscalationStep } from '../../playbook/parts/escalation.ts'
import type { Contact, Target } from '../../playbook/parts/people.ts'
import {
  contactsOf,
  pagedTeam,
  pagesByComponent,
  targetWords,
  teamOf,
} from '../../playbook/parts/target-words.ts'
import { leavesOf, type PlanCondition } from '../../playbook/plan-conditions.ts'
import { factsOf } from '../facts.ts'
import type { IncidentState } from '../state.ts'
import { escalationPlan, type PlannedStep } from './plan.ts'
import type { PlanChange } from './what-if.ts'

/**
 * The plan in words. Muster calls nobody yet, so nothing here says that somebody was called: it says when it is
 * time to call, and whom.
 */

/** What the words are about: the same for every step of a plan. */
export interface PlanWording {
  state: IncidentState
  playbook: Playbook
  names: { person(id: string): string; time(ms: number): string }
}

/** One target of a step: its words, and the contacts it stands for. */
export interface TargetTold {
  words: string
  contacts: Contact[]
  /** A contact stands there and no number or address was entered: an empty slot. */
  vacant: boolean
}

/** Targets of a step, each by position. */
export function targetsTold(
  step: Pick<EscalationStep, 'to'>,
  playbook: Playbook,
  components: readonly string[] = [],
): TargetTold[] {
  return step.to.map((target) => {
    const contacts = contactsOf(target, playbook, components)
    return {
      words: targetWords(target, playbook, components),
      contacts,
      vacant: contacts.length > 0 && contacts.every((contact) => addressesOf(contact).length === 0),
    }
  })
}

/**
 * Why it is not known which team a step calls, and whom it would be of each: which one answers follows from what is
 * affected, and nobody is called by default (R11). Null where it is known, or the step names its people.
 */
export function routingWords(
  { to }: Pick<EscalationStep, 'to'>,
  playbook: Playbook,
  components: readonly string[],
): string | null {
  const unrouted = to.filter((target) => pagesByComponent(target))
  if (unrouted.length === 0 || teamOf(pagedTeam, playbook, components) !== undefined) return null
  const why =
    components.length === 0
      ? 'Nothing is named as affected yet, so no team is known'
      : `No team is known for ${components.join(', ')}`
  const choices = playbook.teams.map((team) => {
    const people = unrouted.map((target) => targetWords(ofTeam(target, team.id), playbook))
    return `${team.label}: ${people.join(' or ')}`
  })
  return `${why}. ${choices.join('; ')}`
}

function ofTeam(target: Target, team: string): Target {
  if ('oncall' in target) return { ...target, oncall: team }
  return 'leadOf' in target ? { ...target, leadOf: team } : target
}

/** Addresses that were entered for a contact. */
export function addressesOf(contact: Contact): string[] {
  return contact.ways.flatMap(({ address }) => (address.kind === 'unset' ? [] : [address.value]))
}

/** Where a step stands, as it follows its name: "due at 14:31 UTC", "held by Priya until 14:41 UTC: asleep". */
export function standingWords(planned: PlannedStep, wording: PlanWording): string {
  const { state, playbook, names } = wording
  const { standing } = planned
  switch (standing.kind) {
    case 'done': {
      const at = names.time(standing.at)
      if (standing.how === 'pressed') return `escalated by ${names.person(standing.by)} at ${at}`
      const since = names.time(standing.dueAt ?? standing.at)
      return planned.stands ? `time to call since ${since}` : `was due at ${since}, no longer asked for`
    }
    case 'skipped':
      return `skipped by ${names.person(standing.by)} at ${names.time(standing.at)}: ${standing.reason}`
    case 'held':
      return `held by ${names.person(standing.by)} until ${names.time(standing.until)}: ${standing.reason}`
    case 'due':
      return `due since ${names.time(standing.dueAt)}`
    case 'pending':
      return `due at ${names.time(standing.dueAt)}`
    case 'unset':
      return 'no time stated: somebody escalates'
    case 'asks':
      return asksWords(planned, wording)
    case 'after': {
      const before = planned.path.steps.find((step) => step.id === standing.step)
      return `after “${before?.label ?? standing.step}”`
    }
    case 'off': {
      if (standing.over) return 'not called: the incident is over'
      const why = reasonsAgainst(planned, state, playbook)
      return why.length === 0 ? 'does not come by waiting' : `not while ${why.join(', ')}`
    }
  }
}

/** How late the log took a step, in ms; 0 where it came in time or nobody waited for a time. */
export function lateBy({ standing }: PlannedStep): number {
  if (standing.kind !== 'done' || standing.dueAt === null) return 0
  return standing.at - standing.dueAt < 1_000 ? 0 : standing.at - standing.dueAt
}

/** What would have to be answered, and when the step would come then. */
function asksWords(planned: PlannedStep, { state, playbook, names }: PlanWording): string {
  const { standing } = planned
  if (standing.kind !== 'asks') return ''
  if (standing.firstResponder) return 'once it is said who answered first'
  if (standing.flags.length === 0) return 'once the severity is set'
  const now = state.at
  const after = (flags: readonly string[]) => dueIf(planned, state, playbook, flags)
  const parts: string[] = []
  const alone = standing.flags.filter((flag) => after([flag]) !== null)
  // Answers that bring it each by itself; where none does, it takes all of them.
  const groups = new Map<string, string[]>()
  for (const flag of alone) {
    const held = heldFigure(planned, flag)
    const dueAt = after([flag]) ?? now
    const when =
      held !== null && dueAt > now
        ? `${formatDuration(held)} after`
        : dueAt <= now
          ? 'at once when'
          : `at ${names.time(dueAt)} if`
    groups.set(when, [...(groups.get(when) ?? []), flag])
  }
  for (const [when, flags] of groups) parts.push(`${when} ${quoted(flags, playbook, ' or ')} is answered yes`)
  if (alone.length === 0) {
    const dueAt = after(standing.flags)
    const when = dueAt !== null && dueAt > now ? `at ${names.time(dueAt)} if` : 'at once when'
    const together = `${when} ${quoted(standing.flags, playbook, ' and ')} ${standing.flags.length > 1 ? 'are' : 'is'} answered yes`
    parts.push(standing.severity ? `${together} and the severity is set` : together)
  }
  return parts.join('; ')
}

/** When the step would come if these questions were answered with yes, in ms; null: not by that. */
function dueIf(
  { key }: PlannedStep,
  state: IncidentState,
  playbook: Playbook,
  answered: readonly string[],
): number | null {
  const flags = { ...state.flags }
  for (const flag of answered) flags[flag] = { value: 'yes', at: state.at }
  const then = escalationPlan({ ...state, flags }, playbook, state.at).find((one) => one.key === key)
  return then?.standing.kind === 'due' || then?.standing.kind === 'pending' ? then.standing.dueAt : null
}

/** How long a flag has to stand at yes for this step, ms; null where it does not, or nobody stated it. */
function heldFigure(planned: PlannedStep, flag: string): number | null {
  for (const leaf of leaves(planned))
    if (leaf.kind === 'held' && leaf.flag === flag && leaf.figure.kind !== 'unset') return leaf.figure.ms
  return null
}

function quoted(flags: readonly string[], playbook: Playbook, between: string): string {
  return flags.map((flag) => `“${question(flag, playbook)}”`).join(between)
}

function question(flag: string, playbook: Playbook): string {
  return playbook.flags.find((one) => one.id === flag)?.question ?? flag
}

function leaves({ path, step }: PlannedStep): PlanCondition[] {
  return [...(path.when === undefined ? [] : leavesOf(path.when)), ...leavesOf(step.when)]
}

/** What of the incident keeps a step from coming, in words, each once. */
function reasonsAgainst(planned: PlannedStep, state: IncidentState, playbook: Playbook): string[] {
  const facts = factsOf(state)
  const of = (condition: Condition): string[] => {
    switch (condition.kind) {
      case 'all':
      case 'any':
        return condition.of.flatMap(of)
      case 'not':
        return of(condition.of)
      case 'severity':
        return facts.severity === null || condition.keys.includes(facts.severity)
          ? []
          : [`this is ${facts.severity}`]
      case 'flag':
        return flagsOf(condition).flatMap((flag) =>
          facts.flags[flag] === 'no' ? [`“${question(flag, playbook)}” is answered no`] : [],
        )
      case 'acknowledged':
        return condition.is === facts.acknowledged
          ? []
          : [facts.acknowledged ? 'it is acknowledged' : 'nobody acknowledged']
      case 'status':
      case 'open':
        return []
    }
  }
  const first = state.escalation.firstResponder?.position
  const reasons = leaves(planned).flatMap((leaf) => {
    if (leaf.kind === 'is') return of(leaf.condition)
    if (leaf.kind === 'held' && facts.flags[leaf.flag] === 'no')
      return [`“${question(leaf.flag, playbook)}” is answered no`]
    if (leaf.kind === 'first-responder' && first !== undefined && first !== leaf.position)
      return [`${positionOf(first, playbook)} answered first`]
    return []
  })
  return [...new Set(reasons)]
}

/** A contact's position by its id. */
export function positionOf(contact: string, playbook: Pick<Playbook, 'contacts'>): string {
  return playbook.contacts.find((one) => one.id === contact)?.position ?? contact
}

/** Whom an earlier step of the path names already: nobody is called twice as two steps (R42). */
export function samePersonWords(planned: PlannedStep, { state, playbook }: PlanWording): string | null {
  const known = new Map<string, string>()
  for (const step of planned.path.steps) {
    const contacts = step.to.flatMap((target) => contactsOf(target, playbook, state.components))
    if (step.id === planned.step.id) {
      for (const contact of contacts) {
        const label = known.get(personOf(contact))
        if (label !== undefined) return `${contact.position} is the same person as in “${label}”: skip it`
      }
      return null
    }
    for (const contact of contacts) known.set(personOf(contact), step.label)
  }
  return null
}

function personOf(contact: Contact): string {
  return contact.sameAs ?? contact.id
}

/** What of the plan would change, as a sentence; null for what nobody would notice. `now` in server ms. */
export function changeWords(
  { before, after }: PlanChange,
  wording: PlanWording,
  now: number,
): { kind: 'cancelled' | 'added' | 'moved'; text: string } | null {
  const { names } = wording
  const was = comesAt(before)
  const will = comesAt(after)
  const { label } = after.step
  if (was !== null && will !== null) {
    const when = will <= now ? 'be due at once' : `come at ${names.time(will)}`
    return { kind: 'moved', text: `${label}, would ${when} instead of ${names.time(was)}` }
  }
  if (was !== null) return { kind: 'cancelled', text: `${label}, at ${names.time(was)} would be cancelled` }
  if (will !== null) {
    const when = will <= now ? 'due at once' : `at ${names.time(will)}`
    return { kind: 'added', text: `${label}, ${when} would be added` }
  }
  if (after.standing.kind !== 'asks' && after.standing.kind !== 'unset') return null
  return { kind: 'added', text: `${label}: ${standingWords(after, wording)}` }
}

function comesAt({ standing }: PlannedStep): number | null {
  return standing.kind === 'pending' || standing.kind === 'due' ? standing.dueAt : null
}
