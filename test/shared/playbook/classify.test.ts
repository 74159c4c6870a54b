import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { suggestSeverity } from '../../../shared/playbook/classify.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { crossedBy } from '../../../shared/playbook/thresholds.ts'

function shipped(name: string) {
  const result = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
  if (!result.ok) throw new Error(name)
  return result.playbook
}

describe('assisted classification (R5)', () => {
  const network = shipped('agent-network')
  const say = (scope: string, service: string, more: Record<string, string> = {}, type?: string) =>
    suggestSeverity(network, {
      dimensions: { 'user-scope': scope, 'service-impact': service, ...more },
      ...(type === undefined ? {} : { type }),
    })

  it.each([
    ['All', 'Complete Outage', 'P1'],
    ['Group', 'Partial Outage', 'P2'],
    ['Individual', 'Degraded', 'P3'],
    ['None', 'None', 'P4'],
  ])('%s and %s is %s', (scope, service, severity) => {
    expect(say(scope, service)).toMatchObject({ severity: { key: severity }, disagree: false })
  })

  it('offers the worst where dimensions disagree, and says that they do', () => {
    expect(say('All', 'Degraded')).toMatchObject({ severity: { key: 'P1' }, disagree: true })
  })

  it('writes down what users feel without letting it vote', () => {
    expect(say('None', 'None', { 'user-impact': 'Critical' })).toMatchObject({ severity: { key: 'P4' } })
    expect(suggestSeverity(network, { dimensions: { 'user-impact': 'Critical' } })).toBeNull()
  })

  it('keeps what the type of incident says beside the dimensions (R6)', () => {
    const both = say('Individual', 'Degraded', {}, 'api-quota')
    expect(both).toMatchObject({ severity: { key: 'P1' }, disagree: true })
    expect(both?.reasons.map((r) => r.severity.key)).toEqual(['P3', 'P3', 'P1'])
  })

  it('suggests nothing from a value the playbook does not have', () => {
    expect(say('constructor', '__proto__')).toBeNull()
  })
})

describe('thresholds (R188)', () => {
  const factory = shipped('agent-factory')
  const worst = (metric: string, value: number) =>
    crossedBy(factory, { metric, value, heldMs: 0 })[0]?.severity?.key ?? null

  it.each([
    ['error_rate', 1.2, 'P0'],
    ['error_rate', 1, 'P1'],
    ['error_rate', 0.6, 'P1'],
    ['error_rate', 0.5, 'P2'],
    ['error_rate', 0.1, null],
    ['uptime', 99.5, null],
    ['uptime', 98.9, 'P0'],
    ['db_pool', 96, 'P0'],
    ['db_pool', 86, 'P1'],
    ['db_pool', 82, null],
    ['response_p95', 1001, 'P1'],
    ['response_p95', 1000, 'P2'],
    ['response_p95', 500, null],
    ['external_api_failures', 1e9, null],
    ['api_usage', 1e9, null],
  ] as const)('%s at %d is %s', (metric, value, severity) => {
    expect(worst(metric, value)).toBe(severity)
  })

  it('does not take one high reading for a sustained one while nobody said how long that is (S19)', () => {
    expect(crossedBy(shipped('freeagentics'), { metric: 'memory', value: 99, heldMs: 1e9 })).toEqual([])
  })
})
