import { describe, expect, it } from 'vitest'
import { countVitest, failedFiles, failures, sum, summary, withSecondRun } from '../../scripts/lib/totals.ts'

const file = (name: string, status: string, ...tests: string[]) => ({
  name,
  status,
  assertionResults: tests.map((test) => ({ status: test })),
})

describe('the totals of a run', () => {
  it('adds up what every runner counted', () => {
    const totals = sum([
      { passed: 2, failed: 0, skipped: 1 },
      { passed: 3, failed: 1, skipped: 0 },
    ])
    expect(totals).toEqual({ passed: 5, failed: 1, skipped: 1 })
  })

  it('is one line that names skips only when there are some', () => {
    expect(summary({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed')
    expect(summary({ passed: 5, failed: 0, skipped: 2 })).toBe('5 passed, 0 failed, 2 skipped')
  })
})

describe('counting a report', () => {
  it('counts passed, failed, skipped and to-do tests', () => {
    const report = { testResults: [file('/a', 'failed', 'passed', 'failed', 'skipped', 'todo', 'pending')] }
    expect(countVitest(report, ['/a'])).toEqual({
      totals: { passed: 1, failed: 1, skipped: 3 },
      complaints: [],
    })
  })

  it('fails when no file was expected or found', () => {
    expect(countVitest({ testResults: [] }, []).totals.failed).toBe(1)
  })

  it('fails for a file without tests', () => {
    const { totals, complaints } = countVitest({ testResults: [file('/a', 'passed')] }, ['/a'])
    expect(totals).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(complaints).toEqual(['/a: no tests ran'])
  })

  it('fails for a file that is missing from the report', () => {
    const report = { testResults: [file('/a', 'passed', 'passed')] }
    expect(countVitest(report, ['/a', '/b']).complaints).toEqual(['/b: not in the report'])
  })

  it('fails for a file that broke outside its tests', () => {
    const { totals } = countVitest({ testResults: [file('/a', 'failed', 'passed')] }, ['/a'])
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })
})

describe('what needs somebody to read it', () => {
  const test = (fullName: string, status: string, failureMessages: string[]) => ({
    fullName,
    status,
    failureMessages,
  })
  const fileOf = (name: string, status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
    name,
    status,
    assertionResults,
  })
  const first = {
    testResults: [
      fileOf('/a', 'failed', test('the board opens', 'failed', ['no', 'no again\n  at page'])),
      fileOf('/b', 'passed', test('the wall opens', 'passed', [])),
      fileOf('/c', 'failed'),
    ],
  }

  it('is told by name', () => {
    expect(failures(first)).toEqual(['/a: the board opens: no again |   at page'])
    expect(failedFiles(first)).toEqual(['/a', '/c'])
  })

  it('is counted as the second run of its file found it', () => {
    const second = {
      testResults: [
        fileOf('/a', 'passed', test('the board opens', 'passed', [])),
        fileOf('/c', 'failed', test('it opens', 'failed', ['no'])),
      ],
    }
    const both = withSecondRun(first, second)
    expect(both.testResults.map((file) => file.name)).toEqual(['/a', '/b', '/c'])
    expect(countVitest(both, ['/a', '/b', '/c'])).toEqual({
      totals: { passed: 2, failed: 1, skipped: 0 },
      complaints: [],
    })
    // A file that the second run never reached stays what it was.
    expect(failedFiles(withSecondRun(first, { testResults: [] }))).toEqual(['/a', '/c'])
  })
})
