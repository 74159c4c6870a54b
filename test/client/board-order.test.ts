import { describe, expect, it } from 'vitest'
import { upcoming } from '../../client/views/board/order.ts'
import type { Deadline } from '../../shared/incident/deadlines.ts'
import type { BoardRow } from '../../shared/protocol/socket.ts'

const now = Date.UTC(2026, 0, 5, 14, 0)
const minute = 60_000

const deadline = (id: string, inMs: number, kind: Deadline['kind'] = 'clock'): Deadline => ({
  id,
  kind,
  label: id,
  from: { moment: 'declared', at: now - 5 * minute },
  until: 'acknowledged',
  target: { kind: 'figure', figure: { kind: 'stated', ms: 60 * minute } },
  bound: 'inclusive',
  soft: false,
  basis: 'stated',
  why: null,
  dueAt: now + inMs,
  lateFrom: now + inMs + 1,
  targetMs: 60 * minute,
  phase: 'running',
  met: null,
  passed: [],
})

const row = (id: string, more: Partial<BoardRow>): BoardRow => ({
  id,
  seq: 1,
  key: id,
  title: id,
  playbook: { id: 'sample', hash: 'h', product: 'Sample' },
  severity: null,
  status: { value: 'investigating', label: 'Investigating', at: now },
  components: [],
  declaredAt: now,
  acknowledged: false,
  commander: null,
  lastUpdateAt: null,
  deadlines: [],
  present: 0,
  open: true,
  closedAt: null,
  ...more,
})

describe('the next thirty minutes of the board', () => {
  const told = (rows: BoardRow[]) => upcoming(rows, now, 30 * minute).map((one) => `${one.row.key} ${one.id}`)

  it('tells what falls due and who is called, of all incidents, soonest first', () => {
    const call = (id: string, inMs: number) => ({ id, label: id, at: now + inMs, unless: 'over' as const })
    const rows = [
      row('A', {
        deadlines: [deadline('ack', 10 * minute), deadline('over', -minute)],
        calls: [call('l3', 2 * minute)],
      }),
      row('B', { deadlines: [deadline('update', 5 * minute)], calls: [call('l2', 31 * minute)] }),
    ]
    expect(told(rows)).toEqual(['A l3', 'B update', 'A ack'])
  })

  it('leaves out the windows of phases, and calls of what is closed', () => {
    const calls = [{ id: 'l3', label: 'l3', at: now + minute, unless: 'over' as const }]
    expect(
      told([
        row('A', { deadlines: [deadline('window', minute, 'phase')] }),
        row('B', { open: false, calls }),
      ]),
    ).toEqual([])
  })

  it('is drawn from a node that tells of no calls yet', () => {
    expect(told([row('A', { deadlines: [deadline('ack', minute)] })])).toEqual(['A ack'])
  })
})
