import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calmPicture } from '../../server/incidents/calm.ts'
import { createDeadlineAuditor } from '../../server/incidents/deadline-auditor.ts'
import type { Database } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { nextDueAt } from '../../shared/incident/next-due.ts'
import { createHandlerBench, type HandlerBench } from '../helpers/incidents.ts'

const day = 86_400_000

/** What is asked again and again about all incidents at once, on every database. */
export function openIncidentsContract(name: string, open: () => Promise<Database>): void {
  describe(`all incidents at once on ${name}`, () => {
    let database: Database
    let bench: HandlerBench
    beforeAll(async () => {
      database = await open()
      bench = await createHandlerBench(database)
    })
    afterAll(async () => {
      await bench.handler.stop()
      await database.close()
    })

    /** As the commander, who may say why it ends without what is still owed. */
    const close = async (id: string) => {
      const role = (await bench.store.load(id))?.playbook.roles.find((r) => r.kind === 'commander')?.id
      if (role !== undefined) await bench.act(id, 'maya', 'role.take', { role })
      const answer = await bench.act(id, 'maya', 'incident.close', {
        reason: 'Done',
        override: 'All is well',
      })
      if (!answer.ok) throw new Error(answer.error.message)
    }
    const ids = async (closedAfter: number) =>
      new Set((await bench.store.heads(closedAfter)).map((h) => h.id))

    it('gives the open ones and those closed since, each with its newest seq', async () => {
      const [first, second, third] = [
        await bench.declare('agent-lab', null),
        await bench.declare('freeagentics', 'SEV-2'),
        await bench.declare('freeagentics', 'SEV-1'),
      ]
      bench.clock.advance(day)
      await close(first)
      const closedAt = bench.clock.now()
      bench.clock.advance(day)
      await close(second)
      expect(await ids(closedAt)).toEqual(new Set([second, third]))
      expect(await ids(closedAt - 1)).toEqual(new Set([first, second, third]))
      for (const head of await bench.store.heads(0))
        expect(head.seq).toBe((await bench.store.load(head.id))?.seq)

      const again = await bench.act(first, 'maya', 'incident.reopen', { reason: 'It is back' })
      expect(again.ok).toBe(true)
      expect(await ids(bench.clock.now())).toEqual(new Set([first, third]))
    })

    it('counts days as the states of the incidents tell them, whatever changed since', async () => {
      bench.clock.advance(day)
      const worse = await bench.declare('freeagentics', 'SEV-3')
      const unset = await bench.declare('freeagentics', null)
      await bench.declare('agent-platform', 'P1')
      const severity = await bench.act(worse, 'maya', 'severity.set', { to: 'SEV-1', reason: 'All are hit' })
      expect(severity.ok).toBe(true)
      const later = await bench.act(unset, 'maya', 'severity.set', { to: 'SEV-2', reason: 'Now we know' })
      expect(later.ok).toBe(true)
      bench.clock.advance(day)
      await bench.declare('freeagentics', null)

      const expected = new Map<number, { incidents: number; worst: number | null }>()
      for (const { id } of await bench.store.page({ declaredAt: bench.clock.now() + 1, id: '' }, 100)) {
        const incident = await bench.store.load(id)
        if (incident === null) throw new Error('An incident is gone.')
        const { state, playbook } = incident
        const rank = playbook.severities.find((s) => s.key === state.severity?.key)?.rank ?? null
        const at = Math.floor((state.times.declared ?? 0) / day) * day
        const known = expected.get(at) ?? { incidents: 0, worst: null }
        const ranks = [known.worst, rank].filter((r) => r !== null)
        expected.set(at, {
          incidents: known.incidents + 1,
          worst: ranks.length === 0 ? null : Math.min(...ranks),
        })
      }
      expect(expected.size).toBeGreaterThan(2)

      const playbookOf = async (hash: string) => (await bench.playbooks.byHash(hash))?.playbook
      const { days, last } = await calmPicture(database, playbookOf, bench.clock.now())
      expect(days).toHaveLength(30)
      expect(
        new Map(days.flatMap(({ day: at, ...rest }) => (rest.incidents > 0 ? [[at, rest]] : []))),
      ).toEqual(expected)
      expect(last?.closedAt).toBeLessThan(bench.clock.now())
    })

    describe('audits due times (rule 5)', () => {
      const logger = createLogger('silent')
      /** A process that has just started, and which incidents it opened. */
      const start = () => {
        const opened: string[] = []
        const store = {
          ...bench.store,
          glance(ids: readonly string[], unreadable: (id: string, error: unknown) => void) {
            opened.push(...ids)
            return bench.store.glance(ids, unreadable)
          },
        }
        return { opened, auditor: createDeadlineAuditor({ store, handler: bench.handler, logger }) }
      }
      const lose = (id: string, at: number | null) =>
        database.query('UPDATE incidents SET next_due_at = $2 WHERE id = $1', [id, at])
      const open_ = async () =>
        (await bench.store.openBefore(null, 1_000)).map((row) => row.id).sort((a, b) => (a < b ? -1 : 1))

      it.each([
        ['later than the log says', 999_999_999],
        ['never', null],
      ])('of all at its start: one that is %s is reported and put right', async (_name, late) => {
        const id = await bench.declare('agent-platform', 'P0')
        await lose(id, late === null ? null : bench.clock.now() + late)
        const { auditor, opened } = start()
        const report = await auditor.audit()
        expect(report.wrong).toEqual([id])
        expect(opened.sort()).toEqual(await open_())
        const mended = await bench.store.load(id)
        if (mended === null) throw new Error('gone')
        expect(mended.nextDueAt).toBe(nextDueAt(mended.state, mended.playbook))
        expect((await auditor.audit()).wrong).toEqual([])
      })

      it('afterwards of those alone that may have changed, and none is missed', async () => {
        const [quiet, busy] = [
          await bench.declare('agent-platform', 'P0'),
          await bench.declare('agent-platform', 'P0'),
        ]
        const { auditor, opened } = start()
        const first = await auditor.audit()
        expect(first.checked).toBe((await open_()).length)
        opened.length = 0

        expect(await auditor.audit()).toEqual({ checked: first.checked, wrong: [] })
        expect(opened).toEqual([])

        await bench.act(busy, 'maya', 'incident.acknowledge')
        const begun = await bench.declare('freeagentics', 'SEV-1')
        await auditor.audit()
        expect(opened.sort()).toEqual([busy, begun].sort())
        opened.length = 0

        await lose(quiet, null)
        expect((await auditor.audit()).wrong).toEqual([quiet])
        expect(opened).toEqual([quiet])
        await close(busy)
        expect(await auditor.audit()).toEqual({ checked: first.checked, wrong: [] })
      })

      it('of the others when one cannot be read', async () => {
        const [newer, lost] = [
          await bench.declare('agent-platform', 'P0'),
          await bench.declare('agent-platform', 'P0'),
        ]
        await database.query('UPDATE incidents SET evolve = evolve + 1000 WHERE id = $1', [newer])
        await lose(lost, null)
        const { auditor } = start()
        const report = await auditor.audit()
        expect(report).toEqual({ checked: (await open_()).length - 1, wrong: [lost] })
        await database.query('UPDATE incidents SET evolve = evolve - 1000 WHERE id = $1', [newer])
        expect(await auditor.audit()).toEqual({ checked: report.checked + 1, wrong: [] })
      })

      it('beside it, tells in whose rooms the log has people', async () => {
        const [empty, full] = [
          await bench.declare('agent-platform', 'P0'),
          await bench.declare('agent-platform', 'P0'),
        ]
        const { auditor } = start()
        await bench.handler.asSystem(full, 'presence.note', { person: 'maya', change: 'joined' })
        await auditor.audit()
        expect(auditor.joined()).toContain(full)
        expect(auditor.joined()).not.toContain(empty)
        await bench.handler.asSystem(full, 'presence.note', { person: 'maya', change: 'left' })
        await auditor.audit()
        expect(auditor.joined()).not.toContain(full)
      })
    })

    it('pages through all that are open, also those declared at one moment, each once', async () => {
      for (let n = 0; n < 5; n++) await bench.declare('agent-lab', null)
      const all = await bench.store.openBefore(null, 1_000)
      const paged: typeof all = []
      for (let before: (typeof all)[number] | null = null; ; ) {
        const page: typeof all = await bench.store.openBefore(before, 2)
        if (page.length === 0) break
        paged.push(...page)
        before = page.at(-1) ?? null
      }
      expect(paged).toEqual(all)
      expect(new Set(all.map((row) => row.id)).size).toBe(all.length)
    })
  })
}
