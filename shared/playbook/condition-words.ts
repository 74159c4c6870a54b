import { type ConditionFacts, evaluate } from './conditions.ts'
import type { Condition, Playbook, Status } from './model.ts'

/** The words conditions need of a playbook. */
type Vocabulary = Pick<Playbook, 'flags' | 'statusLabels'>

/** When something applies, as it stands behind "only": "for SEV-1 or SEV-2", "if “Do users notice?” is yes". */
export function conditionWords(condition: Condition, playbook: Vocabulary): string {
  switch (condition.kind) {
    case 'all':
      return condition.of.length === 0
        ? 'always'
        : condition.of.map((one) => conditionWords(one, playbook)).join(' and ')
    case 'any':
      return condition.of.length === 0
        ? 'never'
        : condition.of.map((one) => conditionWords(one, playbook)).join(' or ')
    case 'not':
      return `not ${conditionWords(condition.of, playbook)}`
    case 'severity':
      return severityWords(condition.keys)
    case 'status':
      return `while ${either(condition.statuses.map((status) => statusWord(status, playbook)))}`
    case 'flag':
      return `if “${question(condition.id, playbook)}” is yes`
    case 'open':
      return condition.is ? 'while it is open' : 'once it is over'
    case 'acknowledged':
      return condition.is ? 'once acknowledged' : 'until acknowledged'
  }
}

/** "for SEV-1 or SEV-2" */
export function severityWords(keys: readonly string[]): string {
  return `for ${either(keys)}`
}

/** What of the incident keeps it from being true, in words: "this is SEV-3", "not answered yet". */
export function presentWords(condition: Condition, facts: ConditionFacts, playbook: Vocabulary): string {
  return [...new Set(atoms(condition).flatMap((atom) => presentOf(atom, facts, playbook)))].join(', ')
}

function atoms(condition: Condition): Condition[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(atoms)
    case 'not':
      return atoms(condition.of)
    default:
      return [condition]
  }
}

function presentOf(atom: Condition, facts: ConditionFacts, playbook: Vocabulary): string[] {
  switch (atom.kind) {
    case 'severity':
      return [facts.severity === null ? 'no severity yet' : `this is ${facts.severity}`]
    case 'status':
      return [`the status is ${statusWord(facts.status, playbook)}`]
    case 'flag':
      switch (evaluate(atom, facts)) {
        case 'true':
          return ['answered yes']
        case 'false':
          return ['answered no']
        case 'unknown':
          return ['not answered yet']
      }
      return []
    case 'open':
      return [facts.open ? 'it is open' : 'it is over']
    case 'acknowledged':
      return [facts.acknowledged ? 'it is acknowledged' : 'not acknowledged yet']
    case 'all':
    case 'any':
    case 'not':
      return []
  }
}

function question(flag: string, playbook: Vocabulary): string {
  return playbook.flags.find((f) => f.id === flag)?.question ?? flag
}

function statusWord(status: Status, playbook: Vocabulary): string {
  return playbook.statusLabels[status] ?? status.charAt(0).toUpperCase() + status.slice(1)
}

function either(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
