import { crossCheck } from './cross-checks.ts'
import type { Playbook } from './model.ts'
import { normalise } from './normalise.ts'
import { type Path, type Problem, pathText, type Report } from './problems.ts'
import { readForm } from './schema.ts'
import { readYaml } from './yaml-source.ts'

export type { Problem } from './problems.ts'

export type LoadResult = { ok: true; playbook: Playbook } | { ok: false; file: string; problems: Problem[] }

/**
 * Reads a playbook file. Never throws for what is in it: everything wrong comes back as problems with path and
 * line, all at once. `file` is only the name that problems are told under.
 */
export function loadPlaybook(text: string, file: string): LoadResult {
  const read = readYaml(text)
  if (!read.ok) return { ok: false, file, problems: read.problems }
  const { value, lineOf } = read.source
  const problems: Problem[] = []
  const report: Report = (path: Path, message: string, expected: string) => {
    const line = lineOf(path)
    problems.push({ path: pathText(path), ...(line === undefined ? {} : { line }), message, expected })
  }
  const form = readForm(value, report)
  if (form === undefined) return { ok: false, file, problems }
  const playbook = normalise(form, report)
  crossCheck(form, playbook, report)
  return problems.length > 0 ? { ok: false, file, problems } : { ok: true, playbook }
}

/** One line a problem: `agent-lab.yaml:12 severities[1].rank: rank 7 does not fit (expected …)`. */
export function problemLines(file: string, problems: readonly Problem[]): string[] {
  return problems.map((problem) => {
    const place = problem.line === undefined ? file : `${file}:${problem.line}`
    const path = problem.path === '' ? '' : ` ${problem.path}:`
    return `${place}${path} ${problem.message} (expected ${problem.expected})`
  })
}
