import { expect, it } from 'vitest'
import { refusedOffline, wordsOf } from '../../client/state/offline.ts'
import { keptOffline } from '../../shared/incident/commands/offline.ts'
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
    const { error } = refusedOffline(type)
    expect(error.code).toBe('unavailable')
    expect(error.message).toContain('not while you are offline. Others may have changed it')
  }
})

it('calls what was refused by its words, else by what was done', () => {
  const task = (id: string) => (id === 'dns' ? 'Check DNS' : id)
  expect(wordsOf('chat.send', { text: 'hello' }, task)).toBe('hello')
  expect(wordsOf('entry.add', { kind: 'decision', text: 'Roll back', reason: 'errors' }, task)).toBe(
    'Roll back\nReason: errors',
  )
  expect(wordsOf('task.tick', { task: 'dns' }, task)).toBe('Tick task: Check DNS')
  expect(wordsOf('task.not-applicable', { task: 'dns', reason: 'no DNS here' }, task)).toBe(
    'Not applicable: Check DNS\nReason: no DNS here',
  )
})
