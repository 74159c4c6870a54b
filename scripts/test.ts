import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecks } from './lib/checks.ts'
import { startChromium } from './lib/chromium.ts'
import { root } from './lib/freshness.mjs'
import { run } from './lib/run.ts'
import { missingServices } from './lib/services.ts'
import { needsOf, type Project, testFiles } from './lib/test-files.ts'
import {
  countVitest,
  failedFiles,
  failures,
  none,
  sum,
  summary,
  type Totals,
  type VitestReport,
  withSecondRun,
} from './lib/totals.ts'

// Runs every kind of test in its short form and ends with one line of totals. What lacks a service is
// skipped in one visible line; where CI is set, a skip is a failure. Names of steps as arguments run
// only those: `npm test -- unit e2e`.

const inCi = process.env.CI === '1' || process.env.CI === 'true'
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const scratch = mkdtempSync(join(tmpdir(), 'muster-test-'))
const files = testFiles(root)
const missing = await missingServices(process.env)
let runs = 0

/** What has to be read by somebody, said where it happened and once more above the totals. */
const toRead: string[] = []

function remember(line: string): void {
  toRead.push(line)
  console.log(`   ${line}`)
}

/** When a project is taken to hang and is stopped, in ms: on two idle cores it needs half of this at most. */
const limits: Record<Project, number> = {
  unit: 360_000,
  pg: 180_000,
  sim: 180_000,
  faults: 360_000,
  e2e: 840_000,
}

/** So many files of a step may fail for once: more is no accident. */
const forOnce = 3

/** Runs test files of one project with `node` and counts what the runner reports. */
async function runVitest(
  project: Project,
  paths: readonly string[],
  node = process.execPath,
): Promise<Totals> {
  let { code, report } = await vitestRun(project, paths, node)
  const again = project === 'e2e' ? failedFiles(report) : []
  if (again.length > 0 && again.length <= forOnce && code !== 124) {
    // A browser on a busy machine may be too late for once. The whole file runs again, alone and on a new
    // server, because its tests build on one another; what needed that is named, to be mended.
    for (const name of again) remember(`SECOND TRY ${name.replaceAll(root, '')}`)
    for (const test of failures(report)) remember(`   because ${test.replaceAll(root, '')}`)
    const second = await vitestRun(project, again, node)
    code = second.code
    report = withSecondRun(report, second.report)
  }
  const expected = paths.map((path) => join(root, path))
  const { totals, complaints } = countVitest(report, expected)
  for (const test of failures(report)) remember(`FAILED ${test.replaceAll(root, '')}`)
  if (code === 124) console.log(`   FAIL stopped after ${limits[project] / 1000} s, the limit of this step`)
  for (const complaint of complaints) console.log(`   FAIL ${complaint}`)
  if (totals.skipped > 0) {
    console.log(`   SKIPPED ${totals.skipped} tests inside files that ran${inCi ? ' (a failure in CI)' : ''}`)
    if (inCi) return { ...totals, failed: totals.failed + 1 }
  }
  if (code !== 0 && totals.failed === 0) {
    console.log(`   FAIL the runner ended with code ${code} without naming a failure`)
    return { ...totals, failed: 1 }
  }
  return totals
}

async function vitestRun(
  project: Project,
  paths: readonly string[],
  node: string,
): Promise<{ code: number; report: VitestReport }> {
  const reportPath = join(scratch, `${runs++}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`]
  const args = [vitest, 'run', '--project', project, ...reporters, ...paths]
  const { code } = await run(node, args, { cwd: root, limitMs: limits[project] })
  return { code, report: readReport(reportPath) }
}

function readReport(path: string): VitestReport {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { testResults: [] }
  }
}

/** How many tests the files hold, found by collecting them; a file that cannot be collected counts one. */
async function countTests(project: Project, paths: readonly string[]): Promise<number> {
  const listPath = join(scratch, `${runs++}.json`)
  await run(process.execPath, [vitest, 'list', '--project', project, `--json=${listPath}`, ...paths], {
    cwd: root,
    quiet: true,
  })
  try {
    return JSON.parse(readFileSync(listPath, 'utf8')).length
  } catch {
    return paths.length
  }
}

/** One visible line for what is not run. In CI it is a failure as well. */
async function skip(project: Project, paths: readonly string[], why: string): Promise<Totals> {
  const skipped = await countTests(project, paths)
  console.log(
    `   SKIPPED ${skipped} tests in ${paths.length} files: ${why}${inCi ? ' (a failure in CI)' : ''}`,
  )
  return { passed: 0, failed: inCi ? 1 : 0, skipped }
}

/** Runs a project's files whose services answer and skips the others. */
async function runProject(project: Project): Promise<Totals> {
  const lacking = (path: string) => needsOf(path).filter((need) => missing.has(need))
  const runnable = files[project].filter((path) => lacking(path).length === 0)
  const skipped = files[project].filter((path) => lacking(path).length > 0)
  const parts: Totals[] = []
  if (runnable.length > 0 || skipped.length === 0) parts.push(await runVitest(project, runnable))
  if (skipped.length > 0) {
    const reasons = new Set(skipped.flatMap(lacking).map((need) => missing.get(need)))
    parts.push(await skip(project, skipped, [...reasons].join(', ')))
  }
  return sum(parts)
}

async function runBuild(): Promise<Totals> {
  const { code } = await run(process.execPath, ['scripts/build.mjs', '--if-needed'], { cwd: root })
  return code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 }
}

async function runBrowser(): Promise<Totals> {
  try {
    await (await startChromium()).close()
  } catch (error) {
    return skip('e2e', files.e2e, `no Chromium: ${String(error).split('\n')[0]}`)
  }
  return runProject('e2e')
}

/** The fast tests once more, on another Node than the one that runs this. */
function runOnAnotherNode(): Promise<Totals> {
  return runVitest('unit', files.unit, process.env.MUSTER_ALSO_NODE)
}

const steps: readonly { name: string; run: () => Promise<Totals> }[] = [
  { name: 'check', run: runChecks },
  { name: 'build', run: runBuild },
  { name: 'unit', run: () => runProject('unit') },
  ...(process.env.MUSTER_ALSO_NODE ? [{ name: 'also-node', run: runOnAnotherNode }] : []),
  { name: 'pg', run: () => runProject('pg') },
  { name: 'sim', run: () => runProject('sim') },
  { name: 'faults', run: () => runProject('faults') },
  { name: 'e2e', run: runBrowser },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. There are: ${steps.map((s) => s.name).join(', ')}`)
  process.exit(2)
}

const results: { name: string; totals: Totals; seconds: number }[] = []
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n== ${step.name}`)
  const started = performance.now()
  const totals = await step.run()
  const seconds = (performance.now() - started) / 1000
  results.push({ name: step.name, totals, seconds })
  console.log(`== ${step.name}: ${summary(totals)} in ${seconds.toFixed(1)} s`)
}
rmSync(scratch, { recursive: true, force: true })

console.log('\nStep       seconds  result')
for (const { name, totals, seconds } of results) {
  console.log(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)}  ${summary(totals)}`)
}
if (toRead.length > 0) console.log(`\n${toRead.join('\n')}`)
const totals = sum(results.map((result) => result.totals))
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0
console.log(`\n${summary(totals)}`)
