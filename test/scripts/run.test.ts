import { describe, expect, it } from 'vitest'
import { run } from '../../scripts/lib/run.ts'

const node = (script: string, limitMs?: number) =>
  run(process.execPath, ['-e', script], { cwd: '.', quiet: true, ...(limitMs !== undefined && { limitMs }) })

describe('running a command', () => {
  it('gives its code and everything it said', async () => {
    const { code, output } = await node('console.log("out"); console.error("err"); process.exit(3)')
    expect(code).toBe(3)
    expect(output).toContain('out')
    expect(output).toContain('err')
  })

  it('ends one that does not end by itself', async () => {
    expect((await node('setInterval(() => {}, 1000)', 50)).code).toBe(124)
  })

  it('tells when there is no such command', async () => {
    expect((await run('no-such-command', [], { cwd: '.', quiet: true })).code).toBe(127)
  })
})
