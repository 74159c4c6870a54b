import { afterAll, describe, expect, it } from 'vitest'
import { createPlaybookChecker } from '../../../server/playbooks/checker.ts'
import { checkPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from '../../shared/playbook/sample.ts'

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
})
