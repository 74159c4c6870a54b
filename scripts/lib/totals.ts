/** What a step of the test command counted. A step whose tool broke counts one failure more. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const none: Totals = { passed: 0, failed: 0, skipped: 0 }

export function sum(parts: readonly Totals[]): Totals {
  return parts.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    none,
  )
}

/** `N passed, N failed`, and `, N skipped` when there are skips. */
export function summary(t: Totals): string {
  return `${t.passed} passed, ${t.failed} failed${t.skipped > 0 ? `, ${t.skipped} skipped` : ''}`
}

export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName?: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/** Files in which a test failed or which broke outside their tests. */
export function failedFiles(report: VitestReport): string[] {
  return report.testResults.filter((file) => file.status === 'failed').map((file) => file.name)
}

/** A report with some of its files as a later run found them. */
export function withSecondRun(first: VitestReport, second: VitestReport): VitestReport {
  const later = new Map(second.testResults.map((file) => [file.name, file]))
  return { testResults: first.testResults.map((file) => later.get(file.name) ?? file) }
}

/** Tests that failed, by name and the first line of why: said once more at the end, where everybody looks. */
export function failures(report: VitestReport): string[] {
  return report.testResults.flatMap((file) =>
    file.assertionResults.flatMap(({ status, fullName, failureMessages }) => {
      const last = failureMessages?.at(-1) ?? 'no reason given'
      return status === 'failed' ? [`${file.name}: ${fullName}: ${last.split('\n', 3).join(' | ')}`] : []
    }),
  )
}

/**
 * Counts a vitest JSON report. A file that could not be loaded, holds no test, or was expected and is
 * not in the report counts as one failure: silence must not pass for success.
 * @param expected absolute paths of the files that had to run
 * @returns the totals, and the complaints to print
 */
export function countVitest(
  report: VitestReport,
  expected: readonly string[],
): { totals: Totals; complaints: string[] } {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const complaints: string[] = []
  const complain = (text: string) => {
    counts.failed++
    complaints.push(text)
  }
  const seen = new Set<string>()
  for (const file of report.testResults) {
    seen.add(file.name)
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed++
      else if (test.status === 'failed') counts.failed++
      else counts.skipped++
    }
    const anyFailed = file.assertionResults.some((test) => test.status === 'failed')
    if (file.assertionResults.length === 0) complain(`${file.name}: no tests ran`)
    else if (file.status === 'failed' && !anyFailed) complain(`${file.name}: failed outside its tests`)
  }
  for (const file of expected) if (!seen.has(file)) complain(`${file}: not in the report`)
  if (expected.length === 0) complain('no test files')
  return { totals: counts, complaints }
}
