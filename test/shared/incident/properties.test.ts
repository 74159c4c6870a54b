import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Deadline, deadlines } from '../../../shared/incident/deadlines.ts'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import { nextDueAt } from '../../../shared/incident/next-due.ts'
import { stateBytes } from '../../../shared/incident/size.ts'
import { stateLimitBytes } from '../../../shared/incident/state.ts'
import { anyPlaybook, anyStep, type Step } from '../../helpers/arbitrary-incident.ts'
import { minute } from '../../helpers/playbook.ts'
import { runs, runsTimeout } from '../../helpers/runs.ts'
import { ada, kim, lee, muster, Room, robot, t0 } from './given-when-then.ts'

const actors = { kim, lee, ada, robot, muster }

/** Gives one step at `at` and answers what it recorded; refs and times are taken from what is there. */
function give(room: Room, step: Step, at: number): readonly IncidentEvent[] {
  const ref = (type: string) =>
    room.events
      .filter((e) => e.type === type || (type === 'entry' && e.type.startsWith('entry.')))
      .at(-1 - step.back)?.seq ?? 1
  const extra =
    step.type === 'entry.amend' || step.type === 'entry.strike'
      ? { ref: ref('entry') }
      : step.type === 'chat.edit' || step.type === 'chat.delete' || step.type === 'entry.pin'
        ? { ref: ref('chat.sent') }
        : step.type === 'time.set'
          ? { at: Math.max(0, t0 + at - step.back * 7 * minute) }
          : {}
  const decision = room.do(step.type, { ...step.data, ...extra }, { at, by: actors[step.by] })
  return decision.ok ? decision.events : []
}

/** Plays a history; `each` is called after every step. `Room` itself checks replay and frozen input. */
function play(
  room: Room,
  steps: readonly Step[],
  each: (events: readonly IncidentEvent[], at: number) => void,
) {
  let at = 0
  for (const step of steps) {
    at = Math.max(0, at + step.afterMs)
    each(give(room, step, at), at)
  }
}

const history = {
  playbook: anyPlaybook,
  severity: fc.constantFrom('S1', 'S2', 'S4', null),
  alertFiredAt: fc.integer({ min: -200 * minute, max: 0 }).map((ms) => t0 + ms),
  steps: fc.array(anyStep, { maxLength: 30 }),
}
const histories = fc.record(history)
/** A short history rarely does what needs something before it, like a pin. */
const longHistories = fc.record({ ...history, steps: fc.array(anyStep, { maxLength: 30, size: 'medium' }) })
const start = ({
  playbook,
  severity,
  alertFiredAt,
}: {
  playbook: Room['playbook']
  severity: string | null
  alertFiredAt: number
}) => new Room(playbook, { severity, alertFiredAt })
const firesAt = (d: Deadline) => (d.kind === 'watch' || d.kind === 'phase' ? d.dueAt : d.lateFrom)

describe('any history of any playbook', { timeout: runsTimeout }, () => {
  it('keeps order, size and breaches, and fires each due time once and none early', () => {
    const seenTypes = new Set<string>()
    fc.assert(
      fc.property(longHistories, (history) => {
        const room = start(history)
        const fired = new Set<string>()
        const judged = ['response', 'c0', 'c1', 'c2', 'c3']
        let newest = 0
        const check = (events: readonly IncidentEvent[]) => {
          for (const e of events) {
            seenTypes.add(e.type)
            expect(e.at).toBeGreaterThanOrEqual(newest)
            expect(e.occurredAt).toBeLessThanOrEqual(e.at)
            newest = e.at
            if (e.type !== 'clock.breached' && e.type !== 'clock.elapsed') continue
            const name = `${e.data.clock} ${e.data.dueAt}`
            expect(fired.has(name)).toBe(false)
            fired.add(name)
            expect(e.data.dueAt).toBeLessThanOrEqual(e.at)
          }
          expect(stateBytes(room.state)).toBeLessThanOrEqual(stateLimitBytes)
          for (const clock of judged) {
            const stamped = room.events.some((e) => e.type === 'clock.breached' && e.data.clock === clock)
            expect((room.state.clocks[clock]?.passed.length ?? 0) > 0).toBe(stamped)
          }
        }
        check(room.events)
        // Something said before all else, so that what needs a message (a pin) does not wait for luck.
        room.must('chat.send', { text: 'Is anybody else seeing this?' })
        play(room, history.steps, check)
      }),
      runs,
    )
    // A history that never does anything would prove nothing.
    for (const type of [
      'clock.breached',
      'clock.elapsed',
      'clock.met',
      'role.taken',
      'entry.pinned',
      'task.added',
    ])
      expect(seenTypes).toContain(type)
  })

  it('moves on by looking at the clock: nothing is due any more, and nothing twice', () => {
    let looks = 0
    fc.assert(
      fc.property(histories, fc.nat({ max: 40 * 60 }), (history, later) => {
        const room = start(history)
        let last = 0
        play(room, history.steps, (_events, at) => {
          last = Math.max(last, at)
        })
        const at = last + later * minute
        looks += room.look(at).length
        const now = Math.max(t0 + at, room.state.at)
        const next = nextDueAt(room.state, room.playbook)
        expect(next === null || next > now).toBe(true)
        expect(room.look(at)).toEqual([])
        // Exactly then it fires, and not a millisecond before.
        if (next === null) return
        expect(room.look(next - 1 - t0)).toEqual([])
        expect(room.look(next - t0).length).toBeGreaterThan(0)
      }),
      runs,
    )
    // The histories are drawn anew each time: enough of them came to something that was due.
    expect(looks).toBeGreaterThan(50)
  })

  it('never fires for what nobody stated, and has a due time only from a figure', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const room = start(history)
        play(room, history.steps, () => {
          for (const d of deadlines(room.state, room.playbook)) {
            const figure = d.target.kind === 'figure' ? d.target.figure : undefined
            if (figure === undefined || figure.kind === 'unset')
              expect([d.dueAt, d.lateFrom, d.targetMs]).toEqual([null, null, null])
            else if (d.from !== null) {
              expect(d.dueAt).toBe(d.from.at + figure.ms)
              expect(firesAt(d)).toBeLessThanOrEqual((d.dueAt ?? 0) + 1)
            }
          }
        })
      }),
      runs,
    )
  })

  it('is the same state for ticks by different people in either order', () => {
    const tasks = ['first/look', 'first/stop', 'first/tell-team', 'second/alpha', 'second/beta']
    fc.assert(
      fc.property(histories, fc.shuffledSubarray(tasks, { minLength: 2 }), (history, chosen) => {
        const ticks = (order: readonly string[]) => {
          const room = start({ ...history })
          play(room, history.steps.slice(0, 5), () => {})
          room.do('incident.reopen', { reason: 'x' })
          const by = [kim, lee, ada]
          for (const task of order)
            room.must(
              'task.tick',
              { task },
              { at: 31 * 60 * minute * 6, by: by[tasks.indexOf(task) % 3] ?? kim },
            )
          // Which of them was the first response is the order itself.
          const { response: _first, ...facts } = room.state.facts
          return { ...room.state, facts }
        }
        expect(ticks(chosen.toReversed())).toEqual(ticks(chosen))
      }),
      runs,
    )
  })
})
