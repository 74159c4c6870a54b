import { expect, it } from 'vitest'
import { keptOffline, refusedOffline } from '../../client/state/offline.ts'
import { roomCommandTypes } from '../../shared/incident/commands/registry.ts'

it('keeps talk, entries and tasks offline, and refuses with the reason what others may have changed', () => {
  const kept = roomCommandTypes.filter(keptOffline)
  expect(kept).toContain('chat.send')
  expect(kept).toContain('entry.add')
  expect(kept).toContain('task.tick')
  for (const type of [
    'severity.set',
    'status.set',
    'role.take',
    'incident.acknowledge',
    'incident.close',
  ] as const) {
    expect(kept).not.toContain(type)
    expect(refusedOffline(type)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  }
  const answer = refusedOffline('severity.set')
  expect(!answer.ok && answer.error.message).toContain('not while you are offline')
})
