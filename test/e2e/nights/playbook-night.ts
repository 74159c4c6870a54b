import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import { rest } from '../../helpers/room-client.ts'
import type { RunningServer } from '../../helpers/server.ts'

const minuteMs = 60_000

/** One incident under one playbook on a running server with the test clock, told in minutes since its alert. */
export class PlaybookNight {
  readonly id: string
  readonly #server: RunningServer
  readonly #token: string
  #alertAt = 0

  private constructor(server: RunningServer, token: string, id: string) {
    this.#server = server
    this.#token = token
    this.id = id
  }

  static async declare(
    server: RunningServer,
    token: string,
    body: { playbook: string; severity?: string; title: string },
  ): Promise<PlaybookNight> {
    const { id } = await rest<{ id: string }>(server.url, token, 'POST', '/api/incidents', body)
    const night = new PlaybookNight(server, token, id)
    const declared = (await night.events())[0]
    if (declared === undefined) throw new Error('nothing was declared')
    night.#alertAt = declared.at
    return night
  }

  /** Moves the time of the server on to `minute` after the alert, and waits until all that is due is on the record. */
  async go(minute: number): Promise<void> {
    const { now } = await this.#clock(0)
    const ms = this.#alertAt + minute * minuteMs - now
    if (ms < 0) throw new Error(`minute ${minute} is over`)
    await this.#clock(ms)
  }

  #clock(ms: number): Promise<{ now: number }> {
    return rest(this.#server.url, this.#server.rootToken, 'POST', '/api/test/clock', {
      advance: `PT${(ms / 1000).toFixed(3)}S`,
    })
  }

  async act(type: string, data: unknown = {}, token = this.#token): Promise<{ seq: number }> {
    return rest(this.#server.url, token, 'POST', `/api/incidents/${this.id}/commands/${type}`, data)
  }

  /** What the server answers a command that it does not take: the text of the refusal. */
  async refused(type: string, data: unknown = {}): Promise<string> {
    const response = await fetch(`${this.#server.url}/api/incidents/${this.id}/commands/${type}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': randomUUID(),
      },
      body: JSON.stringify(data),
    })
    if (response.ok) throw new Error(`${type} was taken`)
    return response.text()
  }

  async tick(...tasks: string[]): Promise<void> {
    for (const task of tasks) await this.act('task.tick', { task })
  }

  async events(): Promise<IncidentEvent[]> {
    const { events } = await rest<{ events: IncidentEvent[] }>(
      this.#server.url,
      this.#token,
      'GET',
      `/api/incidents/${this.id}/events?after=0`,
    )
    return events
  }

  /**
   * What the playbook made happen, each with its minute: calls and targets missed at the time they were due, targets
   * met at the time of the act. Acts of the test come some ms after their minute, and what hangs on them with them.
   */
  async kept(): Promise<string[]> {
    const told: [number, string][] = []
    for (const e of await this.events()) {
      if (e.type === 'escalation.stepped')
        told.push([
          e.data.dueAt ?? e.at,
          `${e.data.how === 'due' ? 'call' : 'called by hand'} ${e.data.path}/${e.data.step}`,
        ])
      if (e.type === 'clock.breached') told.push([e.data.dueAt, `late ${e.data.clock}`])
      if (e.type === 'clock.elapsed') told.push([e.data.dueAt, `over ${e.data.clock}`])
      if (e.type === 'clock.met') told.push([e.at, `met ${e.data.clock}`])
    }
    return told.sort((a, b) => a[0] - b[0]).map(([at, what]) => `${this.#minute(at)} ${what}`)
  }

  /** When each call was due, ms after the alert, exactly. */
  async calls(): Promise<Record<string, number | null>> {
    return Object.fromEntries(
      (await this.events()).flatMap((e) =>
        e.type === 'escalation.stepped'
          ? [[e.data.step, e.data.dueAt === null ? null : e.data.dueAt - this.#alertAt]]
          : [],
      ),
    )
  }

  #minute(at: number): number {
    return Math.floor((at - this.#alertAt) / minuteMs)
  }

  /** The clocks as they stand: minutes after the alert at which each is due, `null` where nothing is counted. */
  async due(): Promise<Record<string, number | null>> {
    const { deadlines } = await rest<{ deadlines: { id: string; dueAt: number | null }[] }>(
      this.#server.url,
      this.#token,
      'GET',
      `/api/incidents/${this.id}`,
    )
    return Object.fromEntries(deadlines.map((d) => [d.id, d.dueAt === null ? null : this.#minute(d.dueAt)]))
  }

  /** Server time of a minute after the alert, whole ms. */
  async at(minute: number): Promise<number> {
    return this.#alertAt + minute * minuteMs
  }

  /** Ticks every innermost item of these checklists that a person ticks. */
  async tickAll(...checklists: string[]): Promise<void> {
    const { state } = await this.#read<{ state: { playbook: { hash: string } } }>('')
    const playbook = await rest<{ checklists: Checklist[] }>(
      this.#server.url,
      this.#token,
      'GET',
      `/api/playbooks/${state.playbook.hash}`,
    )
    for (const list of playbook.checklists.filter(({ id }) => checklists.includes(id)))
      for (const item of list.items.flatMap(innermost))
        if (item.bind === undefined && item.clock === undefined) await this.tick(item.id)
  }

  /** What is owed since the incident was resolved at this minute: minutes allowed, `null` where nobody stated any. */
  async owedAfter(resolvedAt: number): Promise<Record<string, number | null>> {
    const due = Object.entries(await this.due()).filter(([id]) => id.startsWith('after/'))
    return Object.fromEntries(
      due.map(([id, at]) => [id.slice('after/'.length), at === null ? null : at - resolvedAt]),
    )
  }

  /** Does what is owed, and closes; before that, closing is refused. */
  async end(owed: readonly string[]): Promise<void> {
    expect(await this.refused('incident.close', { reason: 'Over' })).toContain('Before it is closed')
    for (const deadline of owed) await this.act('deadline.meet', { deadline: `after/${deadline}` })
    await this.act('incident.close', { reason: 'Over' })
    expect((await this.#read<{ state: { status: { value: string } } }>('')).state.status.value).toBe('closed')
  }

  #read<T>(path: string): Promise<T> {
    return rest<T>(this.#server.url, this.#token, 'GET', `/api/incidents/${this.id}${path}`)
  }
}

interface Item {
  id: string
  bind?: unknown
  clock?: string
  children: Item[]
}

interface Checklist {
  id: string
  items: Item[]
}

function innermost(item: Item): Item[] {
  return item.children.length === 0 ? [item] : item.children.flatMap(innermost)
}
