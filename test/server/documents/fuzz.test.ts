import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { changeOf, createServerDoc, docOf } from '../../../server/documents/replica.ts'
import { boundShape, hasPending, inspectUpdate, standingOf } from '../../../server/documents/update-check.ts'
import { Random } from '../../helpers/random.ts'

/** A document with every kind of content an editor makes. */
function original(): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = 10
  const text = doc.getText('notes')
  text.insert(0, 'hello world')
  text.format(0, 5, { bold: true })
  text.delete(2, 3)
  const paragraph = new Y.XmlElement('paragraph')
  doc.getXmlFragment('document').insert(0, [paragraph])
  paragraph.setAttribute('align', 'left')
  paragraph.insert(0, [new Y.XmlText('abc')])
  doc.getMap('m').set('k', { a: [1, 2] })
  doc.getMap('m').set('k', 2)
  doc.getArray('a').push([1, 2, 'x'])
  doc.getArray('a').delete(0, 1)
  return doc
}

/** What another client made of it: each step, and all of them at once. */
function updatesTo(base: Uint8Array): Uint8Array[] {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, base)
  doc.clientID = 20
  const before = Y.encodeStateVector(doc)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const text = doc.getText('notes')
  text.insert(3, 'XY')
  text.delete(0, 2)
  text.format(1, 4, { italic: true })
  text.insertEmbed(1, { img: 1 })
  const root = doc.getXmlFragment('document')
  const heading = new Y.XmlElement('heading')
  root.insert(1, [heading])
  heading.insert(0, [new Y.XmlText('zz')])
  doc.getMap('m').set('k', 5)
  doc.getArray('a').insert(1, [[1], { b: 2 }, new Uint8Array(3)])
  root.delete(0, 1)
  return [...updates, Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(doc, before)]
}

function content(doc: Y.Doc): string {
  return JSON.stringify([
    doc.getText('notes').toDelta(),
    doc.getXmlFragment('document').toString(),
    doc.getMap('m').toJSON(),
    doc.getArray('a').toJSON(),
  ])
}

type Fate = 'refused' | 'gap' | 'nothing' | 'accepted'

/** One mutated update, as the room would treat it; throws when replicas would part. */
function fateOf(base: Uint8Array, update: Uint8Array): Fate {
  const server = createServerDoc()
  Y.applyUpdate(server, base)
  let change: Uint8Array | undefined
  try {
    const inspected = inspectUpdate(update)
    const standing = standingOf(server, inspected)
    if (standing.kind !== 'change') return standing.kind
    change = changeOf(server, () => {
      Y.applyUpdate(server, update)
      boundShape(server, standing.fresh)
    })
  } catch {
    return 'refused'
  }
  if (hasPending(server)) return 'refused'
  const reloaded = docOf(Y.encodeStateAsUpdate(server))
  if (reloaded === undefined) throw new Error('the document cannot be loaded again')
  const peer = createServerDoc()
  Y.applyUpdate(peer, base)
  if (change !== undefined) Y.applyUpdate(peer, change)
  const replayed = createServerDoc()
  replayed.transact(() => {
    Y.applyUpdate(replayed, base)
    Y.applyUpdate(replayed, update)
  })
  const here = content(server)
  for (const other of [reloaded, peer, replayed])
    if (content(other) !== here) throw new Error('replicas differ')
  return 'accepted'
}

describe('mutated updates', () => {
  const base = Y.encodeStateAsUpdate(original())
  const updates = updatesTo(base)

  it.each([1, 2, 3, 4])('leave every replica whole and alike (seed %i)', (seed) => {
    const random = new Random(seed)
    const fates: Record<Fate, number> = { refused: 0, gap: 0, nothing: 0, accepted: 0 }
    for (let i = 0; i < 4_000; i++) {
      const mutated = (random.pick(updates) ?? base).slice()
      for (let n = 1 + random.below(3); n > 0; n--)
        mutated[random.below(mutated.length)] = random.below(random.chance(0.5) ? 256 : 12)
      try {
        fates[fateOf(base, mutated)]++
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)} after ${Buffer.from(mutated).toString('hex')}`)
      }
    }
    for (const fate of Object.values(fates)) expect(fate).toBeGreaterThan(10)
  })

  it('would find what Yjs lets through: neighbours in the wrong order', () => {
    const wrong = Buffer.from('01011400c40a0a0a0602585900', 'hex')
    expect(fateOf(base, wrong)).toBe('refused')
    const server = createServerDoc()
    Y.applyUpdate(server, base)
    Y.applyUpdate(server, wrong)
    const reloaded = docOf(Y.encodeStateAsUpdate(server))
    expect(reloaded?.getText('notes').toString()).not.toBe(server.getText('notes').toString())
  })
})
