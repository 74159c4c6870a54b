import type { Playbook } from '../../playbook/model.ts'
import type { EscalationStep } from '../../playbook/parts/escalation.ts'
import { targetWords } from '../../playbook/parts/target-words.ts'

/** What is to be done at a step: "call Team lead and the domain expert", "put it into the backlog". */
export function stepDeed(
  step: Pick<EscalationStep, 'to' | 'all'>,
  playbook: Playbook,
  components: readonly string[] = [],
): string {
  const words = step.to.map((target) => targetWords(target, playbook, components))
  if (step.to.every((target) => 'action' in target)) return words.join(' and ')
  const choice = !step.all && (step.to.length > 1 || step.to.some((target) => 'anyOf' in target))
  return choice
    ? `call ${words.join(' or ')}, whoever can be reached`
    : `call ${words.join(step.all ? ' and ' : ' or ')}`
}
