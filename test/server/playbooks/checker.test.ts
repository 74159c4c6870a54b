import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { createPlaybookChecker } from '../../../server/playbooks/checker.ts'
import { checkPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from '../../shared/playbook/sample.ts'

/** Answers every file with the same words and ends with an error at `boom`. */
const fragile = `const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ id, source }) => {
  if (source === 'boom') throw new Error('boom')
  parentPort.postMessage({ id, result: { ok: false, problems: [] } })
})`

const checker = createPlaybookChecker()
afterAll(() => checker.stop())

describe('checking a playbook in its thread', () => {
  it('says what checking it here says, right and wrong ones, in the order of who asked', async () => {
    const wrong = sample.replace('order: 2', 'order: 3')
    const answers = await Promise.all([
      checker.check(sample, 'a.yaml'),
      checker.check(wrong, 'b.yaml'),
      checker.check('{{', 'c.yaml'),
    ])
    expect(answers).toEqual([
      checkPlaybook(sample, 'a.yaml'),
      checkPlaybook(wrong, 'b.yaml'),
      checkPlaybook('{{', 'c.yaml'),
    ])
  })

  it('leaves the loop to others: it turns meanwhile', async () => {
    let turns = 0
    let done = false
    const turn = () => {
      turns += 1
      if (!done) setImmediate(turn)
    }
    setImmediate(turn)
    await checker.check(sample, 'a.yaml')
    done = true
    expect(turns).toBeGreaterThan(10)
  })

  it('begins anew after its thread was ended, and refuses what waited for it', async () => {
    const other = createPlaybookChecker()
    await other.check(sample, 'a.yaml')
    const waits = other.check(sample, 'a.yaml')
    const refused = expect(waits).rejects.toThrow('the thread ended')
    await other.stop()
    await refused
    expect(await other.check(sample, 'a.yaml')).toMatchObject({ ok: true })
    await other.stop()
  })

  it('is ended for nobody by a file that cannot be checked: who asked is told why', async () => {
    const nothing: string = JSON.parse('null')
    const [broken, whole] = await Promise.allSettled([
      checker.check(nothing, 'a.yaml'),
      checker.check(sample, 'b.yaml'),
    ])
    expect(broken).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/^A playbook could not be checked: ./) },
    })
    expect(whole).toMatchObject({ status: 'fulfilled', value: { ok: true } })
  })

  it('keeps the thread that begins between the error and the end of the one before', async () => {
    const threads: Worker[] = []
    const other = createPlaybookChecker(async () => {
      const thread = new Worker(fragile, { eval: true })
      threads.push(thread)
      return thread
    })
    await other.check('a', 'a.yaml')
    const between = new Promise((resolve, reject) => {
      threads[0]?.once('error', () => other.check('b', 'b.yaml').then(resolve, reject))
    })
    const gone = new Promise((resolve) => threads[0]?.once('exit', resolve))
    await expect(other.check('boom', 'a.yaml')).rejects.toThrow('boom')
    await gone
    expect(await between).toEqual({ ok: false, problems: [] })
    await other.check('c', 'c.yaml')
    expect(threads).toHaveLength(2)
    await other.stop()
  })
})
