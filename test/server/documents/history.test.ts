import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readMoments, readStanding } from '../../../server/documents/history.ts'
import { MemoryJournalStore } from '../../helpers/memory-journal.ts'

const minute = 60_000
const noWords = async () => () => undefined

/** A document that people write in at given times. */
function room() {
  const store = new MemoryJournalStore()
  store.create('room')
  const journal = store.journal()
  const doc = new Y.Doc()
  return {
    store,
    journal,
    async write(person: string, at: number, words: string) {
      for (const batch of await journal.readAfter('room', 0))
        for (const { update } of batch.updates) Y.applyUpdate(doc, update)
      const before = Y.encodeStateVector(doc)
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(words)])
      doc.getXmlFragment('document').push([paragraph])
      const [answer] = await journal.append([
        {
          name: 'room',
          epoch: 1,
          at,
          updates: [{ actorId: person, update: Y.encodeStateAsUpdate(doc, before) }],
          claims: new Map(),
        },
      ])
      expect(answer?.kind).toBe('committed')
    },
  }
}

describe('looking back at a document', () => {
  it('tells when it changed and by whom, a moment a minute and person', async () => {
    const { journal, write } = room()
    await write('maya', 10 * minute, 'one')
    await write('maya', 10 * minute + 59_000, 'two')
    await write('ravi', 10 * minute + 59_500, 'three')
    await write('ravi', 11 * minute, 'four')
    expect(await readMoments(journal, 'room')).toEqual({
      cut: false,
      moments: [
        { batch: 1, at: 0, people: [] },
        { batch: 3, at: 10 * minute + 59_000, people: ['maya'] },
        { batch: 4, at: 10 * minute + 59_500, people: ['ravi'] },
        { batch: 5, at: 11 * minute, people: ['ravi'] },
      ],
    })
    expect(await readMoments(journal, 'elsewhere')).toBeUndefined()
  })

  it('gives the document as it stood at a time: all that was committed by then, nothing later', async () => {
    const { journal, write } = room()
    await write('maya', 1_000, 'first')
    await write('ravi', 2_000, 'second')
    const at = async (time: number) => {
      const answer = await readStanding(journal, 'room', { time }, noWords)
      return answer.kind === 'found' ? [answer.standing.batch, answer.standing.markdown] : answer.kind
    }
    expect(await at(0)).toEqual([1, '## Summary\n'])
    expect(await at(999)).toEqual([1, '## Summary\n'])
    expect(await at(1_000)).toEqual([2, '## Summary\n\nfirst\n'])
    expect(await at(9_999_999)).toEqual([3, '## Summary\n\nfirst\n\nsecond\n'])
  })

  it('finds the moment of a time among many batches', async () => {
    const { journal, write } = room()
    for (let n = 1; n <= 150; n++) await write('maya', n * 1_000, `line ${n}`)
    const answer = await readStanding(journal, 'room', { time: 77_500 }, noWords)
    expect(answer.kind === 'found' && answer.standing.batch).toBe(78)
  })

  it('gives what the editor reads, with numbers as numbers', async () => {
    const { journal, write } = room()
    await write('maya', 1_000, 'first')
    const answer = await readStanding(journal, 'room', { batch: 2 }, noWords)
    expect(answer.kind === 'found' && answer.standing.content).toEqual({
      type: 'doc',
      content: [
        {
          type: 'heading',
          attrs: { level: 2, sectionId: 'summary' },
          content: [{ type: 'text', text: 'Summary' }],
        },
        { type: 'paragraph' },
        { type: 'paragraph', content: [{ type: 'text', text: 'first' }] },
      ],
    })
  })

  it('says so when there is no such moment, no such document, or too much to put together', async () => {
    const { journal, store } = room()
    expect(await readStanding(journal, 'room', { batch: 2 }, noWords)).toEqual({ kind: 'before' })
    expect(await readStanding(journal, 'room', { batch: 0 }, noWords)).toEqual({ kind: 'before' })
    expect(await readStanding(journal, 'no', { batch: 1 }, noWords)).toEqual({ kind: 'unknown' })
    store.get('room').row.bytes = 65_000_000
    expect(await readStanding(journal, 'room', { batch: 1 }, noWords)).toEqual({ kind: 'too-large' })
  })
})
