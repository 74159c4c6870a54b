import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deed } from '../../../../shared/incident/sentences.ts'
import { flatTasks, taskLists } from '../../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import { given, kim, Room, robot, t0 } from '../given-when-then.ts'

const minute = 60_000
const hash = 'b'.repeat(64)

function version(number: number, ...changes: [from: string, to: string][]): Playbook {
  let text = readFileSync('shared/playbooks/freeagentics.yaml', 'utf8')
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`There is no ${from}.`)
    text = text.replaceAll(from, to)
  }
  const result = loadPlaybook(text, 'freeagentics.yaml')
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { ...result.playbook, version: number }
}

/** A SEV-1 that runs by version 1, with `to` published meanwhile. */
function room(to: Playbook): Room {
  const made = new Room(version(1), { severity: 'SEV-1', alertFiredAt: t0 })
  made.versions.set(hash, to)
  return made
}

describe('adopting another version of the playbook (R67)', () => {
  it('is an event that says what changed; the rest of the incident stays', () => {
    const to = version(2, ['gte: 30m', 'gte: 20m'], ['Alert acknowledged', 'Somebody has it'])
    const made = room(to)
    given(made, ['task.tick', { task: 'immediate/severity-impact' }, { at: minute }])
      .when('playbook.adopt', { hash }, { at: 2 * minute })
      .gives([
        'playbook.adopted',
        {
          from: { hash: 'a'.repeat(64), version: 1 },
          to: { hash, version: 2 },
          count: 2,
          told: [
            'Checklists, The first 15 minutes, Somebody has it, text: “Alert acknowledged” → “Somebody has it”',
            'Escalation, Levels since the alert, L3, VP Engineering or the CTO, when: 30 min after the alert, while open → 20 min after the alert, while open',
          ],
        },
      ])
    expect(made.state.playbook).toEqual({ id: 'freeagentics', hash, version: 2 })
    expect(made.state.tasks['immediate/severity-impact']?.done).toMatchObject({ by: kim.id })
  })

  it('tells the log nothing of numbers that were entered: those who read it may not read them', () => {
    const made = room(
      version(
        2,
        ['kind: phone, address: {unset: true}', 'kind: phone, address: "+49 30 1234"'],
        ['gte: 30m', 'gte: 20m'],
      ),
    )
    const [adopted] = made.must('playbook.adopt', { hash })
    expect(JSON.stringify(adopted)).not.toContain('1234')
    expect(adopted?.data).toMatchObject({ count: 1 })
  })

  it('goes back to an earlier version by an administrator only: it may keep less to the commander (R52)', () => {
    const made = new Room(version(3), { severity: 'SEV-1' })
    made.versions.set(hash, version(2, ['    rights: [severity, resolve]\n', '']))
    given(made).when('playbook.adopt', { hash }).refuses('forbidden')
    made.must('playbook.adopt', { hash }, { by: robot })
  })

  it('what the new version makes due is due from then on, and at once when its mark has passed', () => {
    const made = room(version(2, ['gte: 30m', 'gte: 20m']))
    for (let at = 0; at <= 24; at += 1) made.look(at * minute)
    const steps = () => made.events.flatMap((e) => (e.type === 'escalation.stepped' ? [e.data.step] : []))
    expect(steps()).toEqual(['l1', 'l2'])
    made.must('playbook.adopt', { hash }, { at: 25 * minute })
    expect(steps()).toEqual(['l1', 'l2', 'l3'])
    expect(made.nextDue).not.toBeNull()
  })

  it('clocks aim by the new version: what was missed stays missed, what is longer is not missed again', () => {
    const made = room(
      version(2, [
        'response: {within: 15m, bound: exclusive, word: immediate}',
        'response: {within: 25m, bound: exclusive}',
      ]),
    )
    made.must('playbook.adopt', { hash }, { at: 10 * minute })
    made.look(20 * minute)
    expect(made.state.clocks.response?.passed ?? []).toEqual([])
    made.look(25 * minute)
    expect(made.state.clocks.response?.passed).toHaveLength(1)
  })

  it('refuses a version nobody published, another playbook, and one the incident does not fit', () => {
    given(room(version(2)))
      .when('playbook.adopt', { hash: 'c'.repeat(64) })
      .refuses('not-found', 'hash')
    given(room({ ...version(2), id: 'another' }))
      .when('playbook.adopt', { hash })
      .refuses('conflict')
    const fewer = room({ ...version(2), severities: version(2).severities.slice(1) })
    given(fewer).when('playbook.adopt', { hash }).refuses('conflict')
    const held = room({ ...version(2), roles: version(2).roles.filter((role) => role.id !== 'tl') })
    given(held, ['role.take', { role: 'tl' }])
      .when('playbook.adopt', { hash })
      .refuses('conflict')
  })

  it('changes nothing when it is the version it runs by, or when the incident is closed', () => {
    const made = room(version(2))
    given(made, ['playbook.adopt', { hash }]).when('playbook.adopt', { hash }).gives()
    given(made, ['incident.close', { reason: 'over', as: 'false-positive' }])
      .when('playbook.adopt', { hash })
      .refuses('closed')
  })

  it('published and not adopted shifts nothing under anybody: no list, no item, no wording (R67)', () => {
    const made = room(version(2, ['Alert acknowledged', 'Somebody has it']))
    const shown = () => taskLists(made.state, made.playbook)
    const before = shown()
    for (let at = 1; at <= 10; at += 1) made.look(at * minute)
    expect(shown()).toEqual(before)
    expect(made.state.playbook.version).toBe(1)
  })

  it('what people added to the lists of this incident comes along, also where the version drops the list (R67)', () => {
    const to = version(2)
    const made = room({ ...to, checklists: to.checklists.filter(({ id }) => id !== 'immediate') })
    made.must('task.add', { checklist: 'immediate', text: 'Call the bank' })
    made.must('task.add', { checklist: 'immediate', text: 'Call the insurer' })
    made.must('task.tick', { task: 'added/1' }, { at: minute })
    made.must('playbook.adopt', { hash }, { at: 2 * minute })
    const added = flatTasks(taskLists(made.state, made.playbook)).filter((task) => task.added)
    expect(added.map((task) => [task.text, task.done?.by ?? null])).toEqual([
      ['Call the bank', 'kim'],
      ['Call the insurer', null],
    ])
    made.must('task.tick', { task: 'added/2' }, { at: 3 * minute })
    made.must('task.add', { checklist: 'immediate', text: 'Call both again' }, { at: 3 * minute })
    expect(flatTasks(taskLists(made.state, made.playbook)).filter((task) => task.added)).toHaveLength(3)
  })

  it('is told in a sentence', () => {
    const made = room(version(2, ['gte: 60m', 'gte: 45m']))
    made.must('playbook.adopt', { hash })
    const told = made.events.findLast((e) => e.type === 'playbook.adopted')
    if (told === undefined) throw new Error('it was not adopted')
    const names = { person: () => 'Kim', task: () => '', time: () => '' }
    expect(deed(told, made.playbook, names)).toMatch(
      /^updated the playbook to version 2: Escalation, .*: 1 h after .* → 45 min after /,
    )
  })
})
