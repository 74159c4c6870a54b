import type { Playbook } from '../../playbook/model.ts'
import type { EscalationPath } from '../../playbook/parts/escalation.ts'
import { matrixPaths } from '../../playbook/parts/matrix.ts'

const expanded = new WeakMap<Playbook, readonly EscalationPath[]>()

/** All paths of a playbook, those of its matrix among them. */
export function pathsOf(playbook: Playbook): readonly EscalationPath[] {
  let paths = expanded.get(playbook)
  if (paths === undefined) {
    const { matrix } = playbook.escalation
    paths = [...playbook.escalation.paths, ...(matrix === undefined ? [] : matrixPaths(matrix, playbook))]
    expanded.set(playbook, paths)
  }
  return paths
}
