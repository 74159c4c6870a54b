import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventVersions, lift, type RawEvent } from '../../../shared/incident/events.ts'
import { evolveNumber } from '../../../shared/incident/state.ts'
import { canonicalJson } from '../../../shared/playbook/canonical.ts'
import { replay } from './given-when-then.ts'

interface StoredLog {
  events: RawEvent[]
  /** SHA-256 of the canonical state, by the number of the evolve that made it. */
  states: Record<string, string>
}

const stored: StoredLog = JSON.parse(readFileSync('test/fixtures/logs/v1.json', 'utf8'))

describe('the stored log of version 1', () => {
  it('holds every type of event of its version', () => {
    const types = new Set(stored.events.map((e) => e.type))
    expect(types.size).toBe(38)
    for (const type of types) expect(eventVersions).toHaveProperty([type])
  })

  it('replays to the state it had: another state needs another evolve number', () => {
    const state = replay(stored.events.map(lift))
    const hash = createHash('sha256').update(canonicalJson(state)).digest('hex')
    expect({ [evolveNumber]: hash }).toEqual({ [evolveNumber]: stored.states[evolveNumber] })
  })
})
