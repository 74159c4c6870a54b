import { conditionWords, severityWords } from './condition-words.ts'
import { formatDuration } from './duration.ts'
import type { Figure, Moment, Playbook } from './model.ts'
import type { EscalationPath } from './parts/escalation.ts'
import { leavesOf, type PlanBase, type PlanCondition } from './plan-conditions.ts'

/** The words plan conditions need of a playbook. */
export type PlanVocabulary = Pick<
  Playbook,
  'flags' | 'statusLabels' | 'contacts' | 'teams' | 'roles' | 'channels'
>

/**
 * When a step is taken, as a sentence goes on: "30 min after the alert, while open, for SEV-1 and if “Do customers
 * notice it?” is yes". `path`: where steps that are waited for have their labels.
 */
export function planWords(
  condition: PlanCondition,
  playbook: PlanVocabulary,
  path?: Pick<EscalationPath, 'steps'>,
): string {
  const words = (one: PlanCondition): string => {
    switch (one.kind) {
      case 'all':
        return one.of.length === 0 ? 'always' : ordered(one.of).map(inAll).join(', ')
      case 'any':
        return one.of.length === 0 ? 'never' : one.of.map(words).join('; or ')
      case 'not':
        return `not ${words(one.of)}`
      case 'is':
        return isWords(one.condition, playbook)
      case 'since':
        return sinceWords(one, path)
      case 'held':
        return heldWords(one, playbook)
      case 'manual':
        return 'when somebody presses it'
      case 'first-responder':
        return `when ${positionOf(one.position, playbook)} answered first`
    }
  }
  const inAll = (one: PlanCondition): string =>
    one.kind === 'any' && one.of.length > 1 ? `either ${one.of.map(words).join(' or ')}` : words(one)
  return words(condition)
}

/** It cannot come true by waiting until somebody states a figure. */
export function restsOnUnset(condition: PlanCondition): boolean {
  return leavesOf(condition).some(
    (leaf) => (leaf.kind === 'since' || leaf.kind === 'held') && leaf.figure.kind === 'unset',
  )
}

/** A moment as it stands behind "after": "the alert", "the resolution". */
export function momentWords(moment: Moment): string {
  switch (moment) {
    case 'impact_began':
      return 'the impact began'
    case 'alert_fired':
      return 'the alert'
    case 'detected':
      return 'it was noticed'
    case 'declared':
      return 'it was declared'
    case 'acknowledged':
      return 'it was acknowledged'
    case 'first_action':
      return 'the first action'
    case 'commander_set':
      return 'somebody took command'
    case 'mitigated':
      return 'it was mitigated'
    case 'fix_deployed':
      return 'the fix was deployed'
    case 'regression':
      return 'it showed again'
    case 'resolved':
      return 'it was resolved'
    case 'reopened':
      return 'it was reopened'
    case 'closed':
      return 'it was closed'
  }
}

/** Waiting first, then the state, then the rest: how people say it. */
function ordered(conditions: readonly PlanCondition[]): PlanCondition[] {
  const place = (one: PlanCondition): number => {
    if (one.kind === 'since' || one.kind === 'held') return 0
    if (one.kind === 'is' && (one.condition.kind === 'open' || one.condition.kind === 'acknowledged'))
      return 1
    return 2
  }
  return [...conditions].sort((a, b) => place(a) - place(b))
}

function isWords(
  condition: Extract<PlanCondition, { kind: 'is' }>['condition'],
  playbook: PlanVocabulary,
): string {
  switch (condition.kind) {
    case 'open':
      return condition.is ? 'while open' : 'once over'
    case 'acknowledged':
      return condition.is ? 'once acknowledged' : 'while nobody has acknowledged'
    case 'severity':
      return severityWords(condition.keys)
    default:
      return conditionWords(condition, playbook)
  }
}

function sinceWords(
  { base, figure, bound }: Extract<PlanCondition, { kind: 'since' }>,
  path?: Pick<EscalationPath, 'steps'>,
): string {
  const from = baseWords(base, path)
  if (figure.kind === 'unset') return `after a time nobody stated, counted from ${from}`
  if (figure.ms === 0) return 'at once'
  return `${bound === 'gt' ? 'more than ' : ''}${figureWords(figure)} after ${from}`
}

function heldWords(
  { flag, figure, bound }: Extract<PlanCondition, { kind: 'held' }>,
  playbook: PlanVocabulary,
): string {
  const asked = playbook.flags.find((one) => one.id === flag)?.question ?? flag
  const time =
    figure.kind === 'unset'
      ? 'a time nobody stated'
      : `${bound === 'gt' ? 'more than ' : ''}${figureWords(figure)}`
  return `when “${asked}” has stood at yes for ${time}`
}

function figureWords(figure: Exclude<Figure, { kind: 'unset' }>): string {
  const duration = formatDuration(figure.ms)
  switch (figure.kind) {
    case 'stated':
      return duration
    case 'assumed':
      return `${duration} (assumed)`
    case 'local':
      return `${duration} (set by ${figure.by})`
  }
}

function baseWords(base: PlanBase, path?: Pick<EscalationPath, 'steps'>): string {
  switch (base.kind) {
    case 'moment':
      return momentWords(base.moment)
    case 'step':
      return `“${path?.steps.find((step) => step.id === base.step)?.label ?? base.step}”`
    case 'previous':
      return 'the step before'
  }
}

function positionOf(contact: string, playbook: PlanVocabulary): string {
  return playbook.contacts.find((one) => one.id === contact)?.position ?? contact
}
