import { crossCheck } from './cross-checks.ts'
import { lintPlaybook } from './lint.ts'
import type { LintFinding } from './lint-finding.ts'
import type { Playbook } from './model.ts'
import { normalise } from './normalise.ts'
import { andMore, mostProblems, type Path, type Problem, pathText, type Report } from './problems.ts'
import { readForm } from './schema.ts'
import { readYaml, type YamlSource } from './yaml-source.ts'

export type { Problem } from './problems.ts'

export type LoadResult = { ok: true; playbook: Playbook } | { ok: false; file: string; problems: Problem[] }

/**
 * Reads a playbook file. Never throws for what is in it: everything wrong comes back as problems with path and
 * line, all at once. `file` is only the name that problems are told under.
 */
export function loadPlaybook(text: string, file: string): LoadResult {
  const read = readYaml(text)
  return read.ok ? loadSource(read.source, file) : { ok: false, file, problems: read.problems }
}

/** A finding of the lint with the line of the file it stands in. */
export type PlacedFinding = LintFinding & { line?: number }

export type CheckResult =
  | { ok: true; playbook: Playbook; findings: PlacedFinding[] }
  | { ok: false; problems: Problem[] }

/** Loads a file as {@link loadPlaybook} does, and reads what is valid for what is still worth a look. */
export function checkPlaybook(text: string, file: string): CheckResult {
  const read = readYaml(text)
  if (!read.ok) return { ok: false, problems: read.problems }
  const { source } = read
  const result = loadSource(source, file)
  if (!result.ok) return { ok: false, problems: result.problems }
  const findings = lintPlaybook(result.playbook).map((finding): PlacedFinding => {
    const line = source.lineAt(finding.path)
    return line === undefined ? finding : { ...finding, line }
  })
  return { ok: true, playbook: result.playbook, findings }
}

function loadSource(source: YamlSource, file: string): LoadResult {
  const { value, lineOf } = source
  const problems: Problem[] = []
  let count = 0
  const told = () => [...problems, ...andMore(count)]
  const report: Report = (path: Path, message: string, expected: string) => {
    count += 1
    if (count > mostProblems) return
    const line = lineOf(path)
    problems.push({ path: pathText(path), ...(line === undefined ? {} : { line }), message, expected })
  }
  const form = readForm(value, report)
  if (form === undefined) return { ok: false, file, problems: told() }
  const playbook = normalise(form, report)
  crossCheck(form, playbook, report)
  return count > 0 ? { ok: false, file, problems: told() } : { ok: true, playbook }
}

/** One line a problem: `agent-lab.yaml:12 severities[1].rank: rank 7 does not fit (expected …)`. */
export function problemLines(file: string, problems: readonly Problem[]): string[] {
  return problems.map((problem) => {
    const place = problem.line === undefined ? file : `${file}:${problem.line}`
    const path = problem.path === '' ? '' : ` ${problem.path}:`
    return `${place}${path} ${problem.message} (expected ${problem.expected})`
  })
}
