import { describe, expect, it } from 'vitest'
import { type Command, Outbox } from '../../client/net/outbox.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'

const command = (id: string): Command => ({ incidentId: 'i', id, type: 'chat.send', data: { text: id } })

function line() {
  const sent: { command: Command; answer: (a: CommandAnswer) => void; lose: () => void }[] = []
  const later: (() => void)[] = []
  const outbox = new Outbox(
    (c) =>
      new Promise((resolve, reject) => {
        sent.push({ command: c, answer: resolve, lose: () => reject(new Error('cut off')) })
      }),
    (run) => later.push(run),
  )
  return { sent, later, outbox }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('commands without an answer', () => {
  it('go out again unchanged after a reconnection, in order, and resolve with the answer then', async () => {
    const { sent, outbox } = line()
    const first = outbox.add(command('one-11111'))
    void outbox.add(command('two-22222'))
    for (const s of sent) s.lose()
    await settle()
    outbox.resend()
    expect(sent.map((s) => s.command.id)).toEqual(['one-11111', 'two-22222', 'one-11111', 'two-22222'])
    sent[2]?.answer({ ok: true, seq: 7 })
    expect(await first).toEqual({ ok: true, seq: 7 })
    expect(outbox.waiting.map((c) => c.id)).toEqual(['two-22222'])
  })

  it('are not sent twice while one sending is under way', () => {
    const { sent, outbox } = line()
    void outbox.add(command('one-11111'))
    outbox.resend()
    outbox.resend()
    expect(sent).toHaveLength(1)
  })

  it('come back after a passing refusal, and say so when it does not pass', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'))
    const busy: CommandAnswer = { ok: false, error: { code: 'unavailable', message: 'Busy.' } }
    for (let i = 0; i < 4; i++) {
      sent[i]?.answer(busy)
      await settle()
      later.shift()?.()
    }
    expect(await answer).toEqual(busy)
    expect(sent).toHaveLength(4)
  })

  it('have their tries without an answer not counted as refusals', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'))
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

  it('are told at once when the server decided', async () => {
    const { sent, later, outbox } = line()
    const answer = outbox.add(command('one-11111'))
    sent[0]?.answer({ ok: false, error: { code: 'taken', message: 'Taken.' } })
    expect((await answer).ok).toBe(false)
    expect(later).toHaveLength(0)
  })
})
