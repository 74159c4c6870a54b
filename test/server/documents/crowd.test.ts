import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { Crowd } from '../../../server/documents/crowd.ts'
import { step2Frame } from '../../../server/documents/frames.ts'
import { JoinFrames } from '../../../server/documents/join-frames.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'

function stateOf(text: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText('notes').insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

it('gives the whole anew to who was congested while the room started over', () => {
  let behind = 0
  const crowd = new Crowd(
    createManualClock(1_700_000_000_000),
    4_000,
    () => {},
    () => behind++,
  )
  const sent: Uint8Array[] = []
  let congested = true
  const member = crowd.add({
    person: { id: 'maya', name: 'Maya' },
    canWrite: true,
    wantsCounts: false,
    send: (frame) => void sent.push(frame),
    congested: () => congested,
    refuse: () => {},
    close: () => {},
  })
  member.live = true
  expect([behind, crowd.hasStale]).toEqual([0, false])
  crowd.fanOut(new JoinFrames(stateOf('old')), stateOf('missed'), undefined)
  expect([behind, crowd.hasStale]).toEqual([1, true])
  const whole = stateOf('what is stored')
  const frames = new JoinFrames(whole)
  crowd.resync(frames)
  expect(crowd.relieve(frames)).toBe(true)
  expect(sent).toEqual([])
  congested = false
  expect(crowd.relieve(frames)).toBe(false)
  expect([behind, crowd.hasStale]).toEqual([1, false])
  expect(sent).toEqual([step2Frame(whole)])
})
