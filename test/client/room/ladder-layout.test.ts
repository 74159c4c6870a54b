import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { layoutLadder, rungHeight } from '../../../client/components/room/ladder-layout.ts'
import { escalationPlan } from '../../../shared/incident/escalation/plan.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { Room, t0 } from '../../shared/incident/given-when-then.ts'

const minute = 60_000

function ladder(name: string, severity: string, at = 0) {
  const result = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
  if (!result.ok) throw new Error(name)
  const room = new Room(result.playbook, { severity, alertFiredAt: t0 })
  room.look(at * minute)
  const plan = escalationPlan(room.state, room.playbook, t0 + at * minute)
  const path = plan[0]?.path.id
  return layoutLadder(
    plan.filter((step) => step.path.id === path),
    t0,
    t0 + at * minute,
    600,
  )
}

describe('the ladder picture', () => {
  it('climbs to the right as minutes pass; what has no time stands apart', () => {
    const { rungs, stairs, ticks, untimedX, height } = ladder('freeagentics', 'SEV-1', 16)
    expect(rungs.map((rung) => rung.look)).toEqual(['taken', 'taken', 'coming', 'untimed'])
    expect(height).toBe(4 * rungHeight)
    const [first, second, third, last] = rungs.map((rung) => rung.x)
    expect(first).toBeLessThan(second ?? 0)
    expect((third ?? 0) - (second ?? 0)).toBeCloseTo((second ?? 0) - (first ?? 0))
    expect(last).toBe(untimedX)
    expect(rungs.map((rung) => rung.y)).toEqual([...rungs.map((rung) => rung.y)].sort((a, b) => b - a))
    expect(stairs.map((stair) => stair.look)).toEqual(['taken', 'coming', 'untimed'])
    expect(ticks.map((tick) => tick.ms / minute)).toEqual([0, 15, 30])
  })

  it('draws what comes at once as an upright from the lowest rung, and waiting past it', () => {
    const { rungs, stairs } = ladder('agent-platform', 'P0')
    expect(rungs.map((rung) => rung.atOnce)).toEqual([false, false, true, true])
    expect(stairs.map((stair) => stair.look)).toEqual(['coming', 'at-once', 'at-once'])
    for (const stair of stairs.slice(1)) expect(stair.from).toEqual({ x: rungs[0]?.x, y: rungs[0]?.y })
  })

  it('stays inside its width when nothing has a time yet', () => {
    const { rungs, nowX } = ladder('agent-network', 'P1', 90)
    for (const { x } of [...rungs, { x: nowX }]) expect(x).toBeGreaterThanOrEqual(0)
    for (const { x } of [...rungs, { x: nowX }]) expect(x).toBeLessThanOrEqual(600)
  })
})
