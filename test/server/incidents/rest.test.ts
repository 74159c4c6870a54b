import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createIncidents, createMemoryRoster, type Incidents } from '../../../server/incidents/index.ts'
import type { Session } from '../../../server/people/index.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import type { Database } from '../../../server/platform/database.ts'
import { answerErrors } from '../../../server/platform/http-errors.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { createManualClock, type ManualClock } from '../../../server/platform/manual-clock.ts'
import { commitMark, createPulse, type Pulse } from '../../../server/platform/pulse.ts'
import { createPlaybookStore, shippedFolder } from '../../../server/playbooks/index.ts'
import type { PersonRole } from '../../../shared/incident/actor.ts'
import {
  isSystemCommand,
  type RoomCommandType,
  roomCommandTypes,
} from '../../../shared/incident/commands/registry.ts'
import { policyTable } from '../../../shared/incident/permissions.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { testStart } from '../../helpers/incidents.ts'

const roomCommands = roomCommandTypes.filter((type) => !isSystemCommand(type))

/** Each test has sessions of its own, so that none is paced for what those before it sent. */
let round = 0

/** The bearer token of a test is "<role> <id>"; `guest` belongs to the incident in a third word. */
function sessionOf(header: string | undefined): Session | null {
  const [role, id, incidentId] = (header ?? '').replace('Bearer ', '').split(' ')
  if (role === undefined || id === undefined) return null
  const scope = incidentId === undefined ? {} : { scope: { incidentId, role: 'responder' as const } }
  const actor = { kind: 'person' as const, id, role: role as PersonRole, ...scope }
  return { actor, name: id, key: `${id} ${round}`, expiresAt: null, via: 'bearer' }
}

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every route pass through here
  body: any
  type: string
  retryAfter: string | null
}

describe('REST', () => {
  let database: Database
  let pulse: Pulse
  let incidents: Incidents
  let server: Server
  let clock: ManualClock
  let url = ''

  beforeEach(() => {
    round += 1
  })

  beforeAll(async () => {
    database = await openTestDatabase()
    clock = createManualClock(testStart)
    const playbooks = createPlaybookStore(database)
    await playbooks.publishShipped(shippedFolder(), clock.now())
    pulse = createPulse({ mark: commitMark(database), logger: createLogger('silent') })
    incidents = createIncidents({
      database,
      bus: createMemoryBus(),
      pulse,
      clock,
      logger: createLogger('silent'),
      roster: createMemoryRoster(() => clock.now()),
      access: {
        fromHeaders: async () => null,
        fromToken: async () => null,
        fromWallToken: async () => null,
        originAllowed: () => true,
        names: async (ids) => new Map(ids.map((id) => [id, { name: id }])),
        members: async (_incidentId, ids) => new Map(ids.map((id) => [id, { name: id }])),
        onRevoked: () => () => {},
      },
      sessionOf: async (request) => sessionOf(request.headers.authorization),
      playbooks,
      documents: {
        create: async () => {},
        setWritable: async () => {},
        accessChanged: () => {},
        rowOf: async () => ({ epoch: 0, schema: 1 }),
        textOf: async () => ({ markdown: '## Summary\n\nAll is dark.\n', notes: {} }),
      },
      version: '1.2.3',
    })
    const app = express()
    app.use(express.json({ limit: '512kb' }))
    app.use(incidents.router)
    app.use(answerErrors(createLogger('silent')))
    server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    pulse.stop()
    await incidents.stop()
    await new Promise((resolve) => server.close(resolve))
    await database.close()
  })

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    { as = 'responder maya', key = randomUUID() as string | null } = {},
  ): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(as === '' ? {} : { Authorization: `Bearer ${as}` }),
        ...(key === null ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const type = response.headers.get('content-type') ?? ''
    const text = await response.text()
    const retryAfter = response.headers.get('retry-after')
    return {
      status: response.status,
      type,
      retryAfter,
      body: type.includes('json') ? JSON.parse(text) : text,
    }
  }

  const declare = async (severity = 'SEV-1'): Promise<string> =>
    (await ask('POST', '/api/incidents', { title: 'API down', playbook: 'freeagentics', severity })).body.id

  it('describes every command of the registry, with its policy, and nothing else (OpenAPI)', async () => {
    const { body } = await ask('GET', '/api/openapi.json', undefined, { as: '' })
    expect(body.openapi).toBe('3.1.0')
    const prefix = '/api/incidents/{id}/commands/'
    const described = Object.keys(body.paths).flatMap((p) =>
      p.startsWith(prefix) ? [p.slice(prefix.length)] : [],
    )
    expect(described.sort()).toEqual([...roomCommands].sort())
    for (const type of roomCommands) {
      const { post } = body.paths[prefix + type]
      expect(post['x-requires'], type).toBe(policyTable[type])
      const { schema } = post.requestBody.content['application/json']
      expect(schema.type, type).toBe('object')
      expect(schema.additionalProperties, type).toBe(false)
    }
    expect(body.paths['/api/incidents'].post.requestBody.content['application/json'].schema.required).toEqual(
      ['title'],
    )
  })

  it('takes every command of the registry once', async () => {
    const id = await declare()
    const { body: at } = await ask('GET', `/api/incidents/${id}`)
    expect(at).toMatchObject({ id, epoch: 0, schema: 1, state: { title: 'API down' } })
    const done = new Set<string>()
    const act = async (type: RoomCommandType, body: unknown, as = 'responder maya'): Promise<number> => {
      const answer = await ask('POST', `/api/incidents/${id}/commands/${type}`, body, { as })
      expect(answer.body, type).toMatchObject({ ok: true })
      done.add(type)
      return answer.body.seq
    }
    await act('incident.acknowledge', {})
    await act('incident.respond', {})
    await act('title.set', { title: 'API silent' })
    await act('severity.set', { to: 'SEV-2', reason: 'Some regions answer', expected: 'SEV-1' })
    await act('status.set', { to: 'mitigating', reason: 'Rolling back' })
    await act('role.take', { role: 'ic' })
    const level = { path: 'levels', step: 'l2' }
    await act('escalation.hold', { ...level, reason: 'We are nearly there' })
    await act('escalation.let-go', level)
    await act('escalation.press', { ...level, reason: 'Nobody here knows the locks' })
    await act('escalation.skip', { path: 'levels', step: 'l3', reason: 'Both are in the room' })
    await act('role.request', { role: 'ic' }, 'responder tomas')
    await act('role.decline', { role: 'ic' })
    await act('role.offer', { role: 'ic', to: 'tomas' })
    await act('role.accept', { role: 'ic' }, 'responder tomas')
    await act('role.release', { role: 'ic' }, 'responder tomas')
    const { body: book } = { body: (await incidents.store.load(id))?.playbook }
    const list = book?.checklists.find((c) => c.items.length > 2)
    const [first, second] = list?.items ?? []
    if (list === undefined || first === undefined || second === undefined) throw new Error('no checklist')
    await act('task.tick', { task: first.id })
    await act('task.untick', { task: first.id })
    await act('task.not-applicable', { task: first.id, reason: 'No such thing here' })
    await act('task.assign', { task: second.id, to: { kind: 'role', id: 'scribe' } })
    await act('task.add', { checklist: list.id, text: 'Call the supplier' })
    await act('task.reword', { task: second.id, text: 'Look twice' })
    await act('task.move', { task: first.id, after: second.id })
    await act('task.outcome', { task: second.id, text: 'It was the locks' })
    await act('task.time', { task: 'investigation/resources', ms: 900_000 })
    await act('phase.enter', { phase: 'mitigation' })
    await act('phase.leave', { phase: 'mitigation' })
    await act('runbook.attach', { runbook: 'high-memory-usage' })
    await act('runbook.detach', { runbook: 'high-memory-usage', reason: 'Memory is fine' })
    await act('command.note', { command: 'FA-C6', text: 'docker stats', how: 'run', outcome: '97 %' })
    await act('follow-up.add', { text: 'Alert on the locks' })
    const said = await act('chat.send', { text: 'Lock keys have no expiry' })
    await act('chat.edit', { ref: said, text: 'Lock keys never expire' })
    await act('entry.pin', { ref: said, kind: 'finding' })
    await act('chat.delete', { ref: said })
    const entry = await act('entry.add', {
      kind: 'decision',
      text: 'Roll back',
      reason: 'It began with the release',
    })
    await act('entry.amend', { ref: entry, text: 'Roll back to 4.17.3' })
    await act('entry.strike', { ref: entry, reason: 'Wrong release' })
    await act('entry.add-thread', {
      kind: 'event',
      lines: [{ text: 'It is Redis', saidBy: { name: 'Ada' } }],
    })
    await act('bridge.set', { url: 'https://meet.example.org/k7qf' })
    await act('bridge.remove', {})
    const runsBy = (await ask('GET', `/api/incidents/${id}`)).body.state.playbook.hash
    await act('playbook.adopt', { hash: runsBy })
    await act('component.add', { name: 'coordinator' })
    await act('component.remove', { name: 'coordinator' })
    const { body: same } = await ask('POST', '/api/incidents', {
      title: 'The same',
      playbook: 'agent-network',
    })
    await act('incident.link', { other: same.key, how: 'related' })
    await act('incident.unlink', { other: same.key })
    await act('flag.set', { flag: book?.flags[0]?.id, value: 'yes' })
    await act('time.set', { time: 'fix_deployed', at: clock.now() - 1000, reason: 'From the deploy log' })
    await act('fix.regress', { reason: 'It dropped again' })
    await act('role.take', { role: 'ic' })
    await act('status.set', {
      to: 'resolved',
      reason: 'Coalitions form again',
      override: 'Customers wait for the all-clear',
    })
    await act('deadline.meet', { deadline: `after/${book?.postIncident[0]?.id}` })
    await act('incident.close', { reason: 'Done', override: 'The review is next week' })
    await act('incident.reopen', { reason: 'It is back' })
    const { body: other } = await ask('POST', '/api/incidents', { title: 'Slow', playbook: 'agent-network' })
    const { body: down } = await ask('POST', '/api/incidents', { title: 'Down', playbook: 'agent-platform' })
    const elsewhere: [string, RoomCommandType, unknown][] = [
      [other.id, 'responder.name', { position: 'team-lead' }],
      [other.id, 'triage.answer', { about: 'dimension/user-scope', value: 'All' }],
      [other.id, 'procedure.start', { procedure: 'escalate', inputs: { reason: 'It does not move' } }],
      [other.id, 'procedure.end', { procedure: 'escalate', result: 'It worked' }],
      [down.id, 'runbook.attach', { runbook: 'api-down' }],
      [down.id, 'runbook.find', { runbook: 'api-down', branch: 'deploy', taken: true }],
    ]
    for (const [incident, type, body] of elsewhere) {
      const given = await ask('POST', `/api/incidents/${incident}/commands/${type}`, body)
      expect(given.body, type).toMatchObject({ ok: true })
      done.add(type)
    }
    expect([...done].sort()).toEqual([...roomCommands].sort())
    const exported = await ask('GET', `/api/incidents/${id}/export.md`)
    expect(exported.type).toContain('text/markdown')
    for (const words of ['API silent', 'SEV-2', 'Look twice', 'All is dark.', 'Roll back to 4.17.3', 'UTC'])
      expect(exported.body).toContain(words)
  })

  it.each(roomCommands)('%s: names what is wrong, hides what is foreign, changes nothing', async (type) => {
    const id = await declare()
    const path = `/api/incidents/${id}/commands/${type}`
    const before = (await ask('GET', `/api/incidents/${id}`)).body.seq
    expect(await ask('POST', path, {}, { key: null })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid', field: 'Idempotency-Key' } },
    })
    expect(await ask('POST', path, { surprise: 1 })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid' } },
    })
    expect(await ask('POST', path, {}, { as: '' })).toMatchObject({ status: 401 })
    const { commandSamples } = await import('../../helpers/command-samples.ts')
    const sample = commandSamples[type]
    const nowhere = await ask('POST', `/api/incidents/nowhere/commands/${type}`, sample)
    const foreign = await ask('POST', path, sample, { as: 'guest gast other' })
    expect(nowhere.status).toBe(404)
    expect(foreign).toEqual(nowhere)
    expect(await ask('POST', path, sample, { as: 'viewer vera' })).toMatchObject({ status: 403 })
    expect((await ask('GET', `/api/incidents/${id}`)).body.seq).toBe(before)
  })

  it('declares once for one key, and says what is wrong with a declaration', async () => {
    const key = randomUUID()
    const first = await ask('POST', '/api/incidents', { title: 'Down', playbook: 'agent-lab' }, { key })
    const again = await ask('POST', '/api/incidents', { title: 'Down', playbook: 'agent-lab' }, { key })
    expect(first.status).toBe(201)
    expect(again.body).toEqual(first.body)
    const keyless = await ask(
      'POST',
      '/api/incidents',
      { title: 'Down', playbook: 'agent-lab' },
      { key: null },
    )
    expect(keyless.status).toBe(201)
    expect(keyless.body.id).not.toBe(first.body.id)
    expect(await ask('POST', '/api/incidents', { title: 'Down' }, { key: 'bad key' })).toMatchObject({
      status: 400,
      body: { error: { field: 'Idempotency-Key' } },
    })
    for (const [body, field] of [
      [{}, 'title'],
      [{ title: '   ' }, 'title'],
      [{ title: 'x', playbook: 'nothing' }, 'playbook'],
      [{ title: 'x', playbook: 'agent-lab', severity: 'SEV-1' }, 'severity'],
      [{ title: 'x', playbook: 'agent-lab', detectedAt: testStart + 86_400_000 }, 'detectedAt'],
      [{ title: 'x', colour: 'red' }, 'colour'],
    ] as const)
      expect(await ask('POST', '/api/incidents', body)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid', field } },
      })
    expect(await ask('POST', '/api/incidents', { title: 'x' }, { as: 'viewer vera' })).toMatchObject({
      status: 403,
    })
  })

  it('says that an incident was written by a newer version, and lists the others', async () => {
    const id = await declare()
    await database.query('UPDATE incidents SET evolve = 999 WHERE id = $1', [id])
    incidents.store.forget(id)
    for (const path of [`/api/incidents/${id}`, `/api/incidents/${id}/entries`])
      expect(await ask('GET', path)).toMatchObject({
        status: 503,
        body: { error: { code: 'newer-version' } },
      })
    expect((await ask('GET', '/api/incidents')).status).toBe(200)
    await database.query('UPDATE incidents SET evolve = 1 WHERE id = $1', [id])
  })

  it('pages entries and the log', async () => {
    const id = await declare()
    for (let i = 0; i < 12; i++)
      await ask('POST', `/api/incidents/${id}/commands/chat.send`, { text: `line ${i}` })
    const newest = (await ask('GET', `/api/incidents/${id}/entries?limit=5`)).body.entries
    const older = (await ask('GET', `/api/incidents/${id}/entries?limit=5&before=${newest[0].seq}`)).body
      .entries
    expect(newest.map((e: { seq: number }) => e.seq)).toEqual([10, 11, 12, 13, 14])
    expect(older.map((e: { seq: number }) => e.seq)).toEqual([5, 6, 7, 8, 9])
    const log = (await ask('GET', `/api/incidents/${id}/events?after=10`)).body.events
    expect(log.map((e: { seq: number }) => e.seq)).toEqual([11, 12, 13, 14])
    const all = (await ask('GET', '/api/incidents?limit=3')).body.incidents
    expect(all).toHaveLength(3)
  })

  it('pages incidents declared at one moment without losing or repeating any', async () => {
    const declared = new Set<string>()
    for (let i = 0; i < 7; i++) declared.add(await declare())
    const seen: string[] = []
    for (let address = '/api/incidents?limit=2'; ; ) {
      const page: { id: string; declaredAt: number }[] = (await ask('GET', address)).body.incidents
      const last = page.at(-1)
      if (last === undefined) break
      seen.push(...page.map(({ id }) => id))
      address = `/api/incidents?limit=2&before=${last.declaredAt}&beforeId=${last.id}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    for (const id of declared) expect(seen).toContain(id)
    expect((await ask('GET', '/api/incidents?before=5&beforeId=%00')).body.incidents).toEqual([])
  })

  it('slows down who sends too many commands, and nobody else', async () => {
    const id = await declare()
    const path = `/api/incidents/${id}/commands/incident.acknowledge`
    const flood = await Promise.all(
      Array.from({ length: 600 }, () => ask('POST', path, {}, { as: 'responder flood' })),
    )
    const refused = flood.filter((answer) => answer.status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    expect(flood.length - refused.length).toBeGreaterThanOrEqual(200)
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 429, retryAfter: '1', body: { error: { code: 'too-fast' } } })
    expect((await ask('POST', path, {}, { as: 'responder calm' })).status).toBe(200)
  })

  it('slows down who looks through whole logs again and again, and nobody else', async () => {
    const id = await declare()
    for (const path of [`/api/incidents/${id}/search?text=redis`, `/api/incidents/${id}/export.md`]) {
      const as = `responder looks-${path.length}`
      const flood = await Promise.all(Array.from({ length: 60 }, () => ask('GET', path, undefined, { as })))
      const refused = flood.filter((answer) => answer.status !== 200)
      expect(refused.length).toBeGreaterThan(0)
      expect(flood.length - refused.length).toBeGreaterThanOrEqual(30)
      for (const answer of refused)
        expect(answer).toMatchObject({ status: 429, body: { error: { code: 'too-fast' } } })
      expect((await ask('GET', path, undefined, { as: 'responder calm' })).status).toBe(200)
    }
  })
})
