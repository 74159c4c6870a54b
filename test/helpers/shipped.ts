import { readFileSync } from 'node:fs'
import { loadPlaybook } from '../../shared/playbook/load.ts'
import type { Playbook } from '../../shared/playbook/model.ts'

/** One of the five playbooks, as it ships. */
export function shipped(id: string): Playbook {
  const loaded = loadPlaybook(readFileSync(`shared/playbooks/${id}.yaml`, 'utf8'), `${id}.yaml`)
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return loaded.playbook
}
