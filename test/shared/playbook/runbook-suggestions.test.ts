import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ConditionFacts } from '../../../shared/playbook/conditions.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import { rankRunbooks } from '../../../shared/playbook/runbook-suggestions.ts'

function playbook(name: string): Playbook {
  const loaded = loadPlaybook(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), name)
  if (!loaded.ok) throw new Error(`${name} does not load.`)
  return loaded.playbook
}
const nothing: ConditionFacts = {
  severity: null,
  status: 'investigating',
  flags: {},
  open: true,
  acknowledged: false,
}
const suggested = (name: string, said: string, facts: ConditionFacts = nothing) =>
  rankRunbooks(playbook(name), facts, said)
    .filter((one) => one.why.length > 0 && !one.away)
    .map((one) => [one.runbook.id, one.why[0]])

describe('runbooks that fit (R95)', () => {
  it.each([
    ['agent-factory', 'Users get 429', 'rate-limit', '“429 errors”'],
    ['agent-factory', 'Too many connections', 'db-pool', '“Errors that say "Too many connections"”'],
    ['agent-platform', 'HighErrorRate is firing', 'high-error-rate', 'alert “HighErrorRate”'],
    ['agent-platform', 'Connection refused', 'db-connection', '“Errors that say "Connection refused"”'],
    ['freeagentics', 'High memory usage', 'high-memory-usage', 'alert “High memory usage”'],
    ['agent-network', 'API quota exhaustion', 'api-quota', 'type “API quota exhaustion”'],
    ['agent-lab', 'CSV does not parse', 'data-corruption', '“CSV files do not parse”'],
  ])('%s: “%s” is %s, and says why', (name, said, runbook, why) => {
    expect(suggested(name, said)[0]).toEqual([runbook, why])
  })

  it('by a condition that holds, with the question in the reason', () => {
    const flags = { data_loss: 'yes' as const }
    expect(suggested('agent-lab', 'Something', { ...nothing, flags })[0]).toEqual([
      'containment-data',
      'if “Is data lost or damaged?” is yes',
    ])
  })

  it('an unanswered question suggests nothing, and one answered no keeps the runbook reachable', () => {
    expect(suggested('agent-lab', 'Something')).toEqual([])
    const flags = { data_loss: 'no' as const }
    const all = rankRunbooks(playbook('agent-lab'), { ...nothing, flags }, 'Something')
    expect(all.find((one) => one.runbook.id === 'containment-data')?.away).toBe(true)
    expect(all).toHaveLength(playbook('agent-lab').runbooks.length)
  })

  it('never by words of another product', () => {
    expect(suggested('agent-network', 'Users get 429')).toEqual([])
    expect(suggested('freeagentics', 'CSV does not parse')).toEqual([])
  })
})
