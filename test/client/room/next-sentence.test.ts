import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nextThing } from '../../../client/components/room/next-sentence.ts'
import { deadlines } from '../../../shared/incident/deadlines.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'

const loaded = loadPlaybook(readFileSync('shared/playbooks/freeagentics.yaml', 'utf8'), 'freeagentics.yaml')
if (!loaded.ok) throw new Error('The playbook does not load.')
const { playbook } = loaded

const t0 = Date.parse('2026-11-21T14:00:00Z')
const minute = 60_000

const bare: IncidentState = {
  seq: 1,
  at: t0,
  key: 'K7QF',
  title: 'API down',
  playbook: { id: playbook.id, hash: 'h', version: 1 },
  severity: { key: 'SEV-1', at: t0, by: 'maya' },
  status: { value: 'investigating', at: t0, by: 'maya' },
  declaredBy: 'maya',
  times: { declared: t0 },
  components: [],
  flags: {},
  roles: {},
  tasks: {},
  addedTasks: 0,
  clocks: {},
  updates: {},
  pinned: [],
  deleted: [],
  joined: [],
  counts: { chat: 0, entries: 0 },
}
const met = { met: { at: t0 + minute, dueAt: t0 + 5 * minute, late: false, overMs: 0 }, passed: [] }
const acknowledged: IncidentState = {
  ...bare,
  times: { ...bare.times, acknowledged: t0 + minute },
  clocks: { ack: met },
}
const commanded: IncidentState = {
  ...acknowledged,
  roles: {
    [playbook.roles.find((r) => r.kind === 'commander')?.id ?? '']: {
      holder: { person: 'priya', since: t0 },
    },
  },
}
const names: Record<string, string> = { maya: 'Maya', priya: 'Priya' }
const next = (state: IncidentState, now: number, me = 'maya') =>
  nextThing({
    state,
    playbook,
    deadlines: deadlines(state, playbook),
    now,
    me,
    nameOf: (id) => names[id] ?? id,
  })

describe('the next sentence', () => {
  it('asks for the acknowledgement first, with its time', () => {
    expect(next(bare, t0)).toEqual({
      text: 'acknowledge. Nobody has yet.',
      detail: 'Due at 14:05 UTC.',
      act: { kind: 'acknowledge' },
    })
    expect(next(bare, t0 + 6 * minute).detail).toBe('Was due at 14:05 UTC.')
  })

  it('puts a person who waits for an answer before every clock', () => {
    const role = playbook.roles.find((r) => r.kind === 'scribe')?.id ?? ''
    const offered: IncidentState = {
      ...bare,
      roles: { [role]: { holder: null, offer: { to: 'maya', by: 'priya', at: t0 } } },
    }
    expect(next(offered, t0)).toMatchObject({
      text: 'Priya offers you Scribe.',
      act: { kind: 'accept-role', role },
    })
    expect(next(offered, t0, 'priya').act).toEqual({ kind: 'acknowledge' })
    const wanted: IncidentState = {
      ...bare,
      roles: {
        [role]: { holder: { person: 'maya', since: t0 }, request: { by: 'priya', at: t0 } },
      },
    }
    expect(next(wanted, t0).act).toEqual({ kind: 'answer-request', role, by: 'priya' })
  })

  it('asks for a commander next', () => {
    expect(next(acknowledged, t0 + 2 * minute)).toMatchObject({
      text: 'take command.',
      act: { kind: 'take-role' },
    })
  })

  it('asks for a severity where none is set', () => {
    expect(next({ ...commanded, severity: null }, t0 + 2 * minute).act).toEqual({ kind: 'choose-severity' })
  })

  it('names the most urgent clock and who owes it', () => {
    const thing = next(commanded, t0 + 2 * minute)
    expect(thing.text).toBe('respond, by Priya.')
    expect(thing.detail).toBe('Due at 14:15 UTC.')
    expect(next(commanded, t0 + 2 * minute, 'priya').text).toBe('respond, by you.')
  })

  it('offers to write the update that is owed', () => {
    const responded: IncidentState = {
      ...commanded,
      times: { ...commanded.times, first_action: t0 + 2 * minute },
      clocks: { ack: met, response: met },
    }
    expect(next(responded, t0 + 70 * minute)).toEqual({
      text: 'update to customers, by Priya.',
      detail: 'Was due at 15:00 UTC.',
      act: { kind: 'write-update', audience: 'customers' },
    })
  })

  it('speaks of what is left once it is over', () => {
    const closed: IncidentState = { ...commanded, status: { value: 'closed', at: t0, by: 'maya' } }
    expect(next(closed, t0 + minute).act?.kind ?? 'none').not.toBe('acknowledge')
  })
})
