import { afterEach, describe, expect, it, vi } from 'vitest'
import { DraftMoved, discardDraft, saveDraft } from '../../../client/net/playbook-edit.ts'

const draft = { id: 'sample', origin: 'edited', hash: 'h', mark: 'm2', editedAt: 7, editedBy: 'Kim Lee' }
const conflict = { code: 'conflict', message: 'Kim Lee saved another draft.' }

/** What the server is asked, and answered once. */
function answering(status: number, body: unknown) {
  const asked: { method: string | undefined; body: unknown }[] = []
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    asked.push({ method: init.method, body: JSON.parse(String(init.body)) })
    return new Response(JSON.stringify(body), { status })
  })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

describe('saving a draft', () => {
  it('says which draft was seen', async () => {
    const asked = answering(201, { id: 'sample', mark: 'm3' })
    expect(await saveDraft('id: sample', 'sample.yaml', 'm1')).toEqual({ id: 'sample', mark: 'm3' })
    expect(asked).toEqual([
      { method: 'POST', body: { source: 'id: sample', file: 'sample.yaml', seen: 'm1' } },
    ])
  })

  it('gives who saved another one and what would change of it', async () => {
    const changes = [{ kind: 'changed', path: 'clocks[0].target', what: 'Clocks', before: '5', after: '7' }]
    answering(409, { error: conflict, draft, changes })
    const failed = await saveDraft('id: sample', 'sample.yaml', 'm1').catch((error: unknown) => error)
    if (!(failed instanceof DraftMoved)) throw failed
    expect(failed.message).toBe(conflict.message)
    expect(failed.draft).toEqual(draft)
    expect(failed.changes).toEqual(changes)
  })

  it('discards only what was seen', async () => {
    const asked = answering(409, { error: conflict, draft })
    const failed = await discardDraft('sample', 'edited', 'm1').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(DraftMoved)
    expect(asked).toEqual([{ method: 'DELETE', body: { seen: 'm1' } }])
  })
})
