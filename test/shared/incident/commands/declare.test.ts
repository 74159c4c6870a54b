import { describe, expect, it } from 'vitest'
import { declareSchema } from '../../../../shared/incident/commands/declare.ts'
import { decideDeclare, parseDeclare } from '../../../../shared/incident/decide.ts'
import { fullPlaybook, minute, second } from '../../../helpers/playbook.ts'
import { aRoom, deepFreeze, kim, t0 } from '../given-when-then.ts'

const declare = (data: unknown) => {
  const parsed = parseDeclare(data)
  if (!parsed.ok) return parsed
  return decideDeclare(deepFreeze(parsed.data), {
    now: t0,
    actor: kim,
    commandId: 'declare-0',
    key: 'K7QF',
    playbook: deepFreeze(fullPlaybook()),
    hash: 'a'.repeat(64),
  })
}
const refusal = (data: unknown) => {
  const decision = declare(data)
  if (decision.ok) throw new Error('accepted')
  return { code: decision.error.code, field: decision.error.field }
}

describe('declaring', () => {
  it('needs a title and nothing else', () => {
    const decision = declare({ title: ' It is down ' })
    expect(decision).toMatchObject({
      ok: true,
      events: [{ seq: 1, type: 'incident.declared', at: t0, occurredAt: t0, data: { title: 'It is down' } }],
      state: {
        key: 'K7QF',
        title: 'It is down',
        severity: null,
        status: { value: 'investigating', at: t0, by: 'kim' },
        playbook: { id: 'full', hash: 'a'.repeat(64), version: 1 },
        times: { declared: t0 },
        declaredBy: 'kim',
      },
    })
  })

  it('keeps times apart, and cuts the slip of a clock', () => {
    const room = aRoom({ impactBeganAt: t0 - 3 * minute, alertFiredAt: t0 - minute, detectedAt: t0 + second })
    expect(room.state.times).toEqual({
      impact_began: t0 - 3 * minute,
      alert_fired: t0 - minute,
      detected: t0,
      declared: t0,
    })
  })

  it('records at once what is late already', () => {
    const room = aRoom({ alertFiredAt: t0 - 6 * minute })
    expect(room.of('clock.breached')).toEqual([
      { clock: 'ack-under', dueAt: t0 - minute, targetMs: 5 * minute },
      { clock: 'ack', dueAt: t0 - minute, targetMs: 5 * minute },
    ])
  })

  it('lists each component once', () => {
    expect(aRoom({ components: ['web', 'Web', 'db', 'web'] }).state.components).toEqual(['web', 'db'])
  })

  it('names the field that is wrong', () => {
    expect(refusal({})).toEqual({ code: 'invalid', field: 'title' })
    expect(refusal({ title: ' ' })).toEqual({ code: 'invalid', field: 'title' })
    expect(refusal({ title: 'x', severity: 'P0' })).toEqual({ code: 'invalid', field: 'severity' })
    expect(refusal({ title: 'x', severity: 'P 0' })).toEqual({ code: 'invalid', field: 'severity' })
    expect(refusal({ title: 'x', playbook: 'a b' })).toEqual({ code: 'invalid', field: 'playbook' })
    expect(refusal({ title: 'x', components: ['a', ''] })).toEqual({ code: 'invalid', field: 'components.1' })
    expect(refusal({ title: 'x', colour: 'red' })).toEqual({ code: 'invalid', field: 'colour' })
    for (const field of ['impactBeganAt', 'alertFiredAt', 'detectedAt']) {
      expect(refusal({ title: 'x', [field]: t0 + 5 * second + 1 })).toEqual({ code: 'invalid', field })
      expect(refusal({ title: 'x', [field]: 'now' })).toEqual({ code: 'invalid', field })
    }
    expect(Object.keys(declareSchema.shape)).toHaveLength(10)
  })
})
