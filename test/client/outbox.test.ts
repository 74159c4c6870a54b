import { describe, expect, it } from 'vitest'
import { type Command, Outbox, type OutboxChange, type Posting } from '../../client/net/outbox.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'

const command = (id: string): Command => ({ incidentId: 'i', id, type: 'chat.send', data: { text: id } })
const kept: Posting = { at: 1_000, waits: 'kept', words: 'hello', tray: 'late' }

function line() {
  const sent: { command: Command; answer: (a: CommandAnswer) => void; lose: () => void }[] = []
  const later: (() => void)[] = []
  const told: OutboxChange[] = []
  const outbox = new Outbox(
    (c) =>
      new Promise((resolve, reject) => {
        sent.push({ command: c, answer: resolve, lose: () => reject(new Error('cut off')) })
      }),
    (change) => told.push(change),
    (run) => later.push(run),
  )
  const shelf: string[] = []
  outbox.keepOn(
    {
      keep: (item) => shelf.push(`keep ${item.id} for ${item.tab}`),
      answered: (id) => shelf.push(`answered ${id}`),
      refuse: (item) => shelf.push(`refused ${item.id}: ${item.words}`),
    },
    'tab',
  )
  return { sent, later, told, shelf, outbox }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const closed: CommandAnswer = { ok: false, error: { code: 'closed', message: 'Closed.' } }

describe('commands without an answer', () => {
  it('go out again after a reconnection, in order, with when they were made, and resolve then', async () => {
    const { sent, outbox } = line()
    const first = outbox.add(command('one-11111'), kept)
    void outbox.add(command('two-22222'), { ...kept, at: 2_000 })
    for (const s of sent) s.lose()
    await settle()
    outbox.resend()
    expect(sent.map((s) => s.command.id)).toEqual(['one-11111', 'two-22222', 'one-11111', 'two-22222'])
    expect(sent.map((s) => s.command.madeAt)).toEqual([1_000, 2_000, 1_000, 2_000])
    sent[2]?.answer({ ok: true, seq: 7 })
    expect(await first).toEqual({ ok: true, seq: 7 })
    expect(outbox.waiting.map((w) => w.command.id)).toEqual(['two-22222'])
  })

  it('are not sent twice while one sending is under way', () => {
    const { sent, outbox } = line()
    void outbox.add(command('one-11111'), kept)
    outbox.resend()
    outbox.resend()
    expect(sent).toHaveLength(1)
  })

  it.each(['unavailable', 'full', 'too-fast', 'newer-version'] as const)(
    'wait as long as the server says that it cannot (%s): the tray is for what it will not',
    async (code) => {
      const { sent, later, shelf, outbox } = line()
      const answer = outbox.add(command('one-11111'), { ...kept, tray: 'always' })
      for (let i = 0; i < 30; i++) {
        sent[i]?.answer({ ok: false, error: { code, message: 'Busy.' } })
        await settle()
        later.shift()?.()
      }
      expect(shelf).toEqual(['keep one-11111 for tab'])
      sent[30]?.answer({ ok: true, seq: 4 })
      expect(await answer).toEqual({ ok: true, seq: 4 })
    },
  )

  it('go to the tray when the server fails at them again and again: it may be the command', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'), kept)
    const failed: CommandAnswer = { ok: false, error: { code: 'internal', message: 'Went wrong.' } }
    for (let i = 0; i < 4; i++) {
      sent[i]?.answer(failed)
      await settle()
      later.shift()?.()
    }
    expect(await answer).toMatchObject({ ...failed, inTray: true })
    expect(sent).toHaveLength(4)
  })

  it('have their tries without an answer not counted as refusals', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'), kept)
    for (let i = 0; i < 6; i++) {
      sent[i]?.lose()
      await settle()
      later.shift()?.()
    }
    sent[6]?.answer({ ok: false, error: { code: 'unavailable', message: 'Busy.' } })
    await settle()
    later.shift()?.()
    sent[7]?.answer({ ok: true, seq: 3 })
    expect(await answer).toEqual({ ok: true, seq: 3 })
  })

  it('are told at once when the server decided, and leave no word in the tray while somebody looks', async () => {
    const { sent, later, shelf, told, outbox } = line()
    const answer = outbox.add(command('one-11111'), kept)
    sent[0]?.answer({ ok: false, error: { code: 'taken', message: 'Taken.' } })
    expect(await answer).toMatchObject({ ok: false, inTray: false })
    expect(later).toHaveLength(0)
    expect(shelf).toEqual(['keep one-11111 for tab', 'answered one-11111'])
    expect(told.map((change) => change.kind)).toEqual(['waiting', 'answered'])
  })
})

describe('what is kept offline', () => {
  it('goes to the tray when it is refused on return, and leaves the shelf in the same step', async () => {
    const { sent, shelf, told, outbox } = line()
    const answer = outbox.add(command('one-11111'), kept)
    sent[0]?.lose()
    await settle()
    outbox.resend()
    sent[1]?.answer(closed)
    expect(await answer).toMatchObject({ ok: false, inTray: true })
    expect(shelf).toEqual(['keep one-11111 for tab', 'refused one-11111: hello'])
    expect(told.at(-1)).toMatchObject({
      kind: 'refused',
      item: { words: 'hello', reason: 'Closed.', at: 1_000 },
    })
  })

  it('goes to the tray when whoever gave it has gone on', async () => {
    const { sent, outbox } = line()
    const answer = outbox.add(command('one-11111'), kept)
    outbox.goOn('one-11111')
    sent[0]?.answer(closed)
    expect(await answer).toMatchObject({ ok: false, inTray: true })
  })

  it('is taken up from an earlier page once, and sent with when it was made', () => {
    const { sent, told, outbox } = line()
    const left = {
      id: 'one-11111',
      incidentId: 'i',
      command: command('one-11111'),
      at: 5,
      words: 'x',
      tab: 'tab',
    }
    outbox.adopt([left])
    outbox.adopt([left])
    expect(sent.map((s) => s.command)).toEqual([{ ...command('one-11111'), madeAt: 5 }])
    expect(told).toEqual([{ kind: 'waiting', command: command('one-11111'), at: 5 }])
  })
})

describe('what cannot wait', () => {
  it('is on no shelf, has no time of its own, and is given up without an answer', async () => {
    const { sent, later, shelf, outbox } = line()
    const answer = outbox.add(command('one-11111'), { ...kept, waits: 'now' })
    const giveUp = later.shift()
    sent[0]?.lose()
    await settle()
    outbox.resend()
    expect(sent[1]?.command.madeAt).toBeUndefined()
    giveUp?.()
    expect(await answer).toMatchObject({ ok: false, inTray: false, error: { code: 'unavailable' } })
    sent[1]?.answer({ ok: true, seq: 9 })
    await settle()
    expect(outbox.waiting).toEqual([])
    expect(shelf).toEqual(['answered one-11111'])
  })

  it('is refused when the server says four times that it cannot', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'), { ...kept, waits: 'now' })
    later.shift()
    const busy: CommandAnswer = { ok: false, error: { code: 'unavailable', message: 'Busy.' } }
    for (let i = 0; i < 4; i++) {
      sent[i]?.answer(busy)
      await settle()
      later.shift()?.()
    }
    expect(await answer).toMatchObject({ ...busy, inTray: false })
  })
})
