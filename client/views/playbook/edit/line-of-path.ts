import { readYaml } from '../../../../shared/playbook/yaml-source.ts'

/** The line (from 1) at which a path such as `severities[P1].response` stands in a file; null where none does. */
export function lineOfPath(source: string, path: string): number | null {
  const read = readYaml(source)
  return read.ok ? (read.source.lineAt(path) ?? null) : null
}
