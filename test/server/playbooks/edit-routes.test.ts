import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { answerErrors } from '../../../server/platform/http-errors.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { createPlaybookChecker, type PlaybookChecker } from '../../../server/playbooks/checker.ts'
import { createPlaybookDrafts } from '../../../server/playbooks/drafts.ts'
import { playbookEditRoutes } from '../../../server/playbooks/edit-routes.ts'
import { createPlaybookStore } from '../../../server/playbooks/store.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { sample } from '../../shared/playbook/sample.ts'

const now = Date.UTC(2026, 10, 21, 3, 0)
const changed = sample.replace('target: 5m', 'target: 7m')
const lineOf = (start: string) => sample.split('\n').findIndex((line) => line.trim().startsWith(start)) + 1

describe('editing playbooks by REST', () => {
  let database: Database
  let url: string
  let close: () => void
  let checker: PlaybookChecker
  const asked: string[] = []
  let guest = false
  let who: string | null = 'kim'
  let session = 'kim-1'

  beforeAll(async () => {
    database = await openTestDatabase()
    const store = createPlaybookStore(database)
    checker = createPlaybookChecker()
    await store.publishShipped([{ name: 'sample.yaml', text: sample }], now)
    const app = express()
    app.use(express.json({ limit: 600 * 1024 }))
    app.use(
      playbookEditRoutes({
        store,
        drafts: createPlaybookDrafts(database, store, checker.check),
        requirePermission: (action) => (_request, _response, next) => {
          asked.push(action)
          next()
        },
        personOf: () => who,
        sessionKeyOf: () => session,
        mayListPeople: () => !guest,
        readable: async () => () => true,
        names: async (ids) => new Map(ids.map((id) => [id, { name: id.toUpperCase() }])),
        now: () => now,
      }),
    )
    app.use(answerErrors(createLogger('silent')))
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    close = () => server.close()
  })
  afterAll(async () => {
    close()
    await checker.stop()
    await database.close()
  })

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }

  it.each([
    [
      'phases in the wrong order',
      'order: 2',
      'order: 3',
      '- {id: second',
      /phases\[1\]\.order: order 3 at place 2 \(expected phases/,
    ],
    [
      'an unknown severity in a rule',
      'severity: [MAJOR]',
      'severity: [SEV-9]',
      'when: {any',
      /unknown severity "SEV-9" \(expected one of: MINOR, MAJOR\)/,
    ],
    [
      'a duration below zero',
      'target: 5m',
      'target: -5m',
      '- {id: ack',
      /clocks\[0\]\.target: "-5m" is negative/,
    ],
    ['a duration nobody means', 'target: 5m', 'target: 9999d', '- {id: ack', /longer than ten years/],
  ])(
    'refuses %s with file, line, path and what was expected, and keeps nothing',
    async (_what, from, to, line, told) => {
      const source = sample.replace(from, to)
      const answer = await call('POST', '/api/playbooks', { source, file: 'mine.yaml' })
      expect(answer.status).toBe(400)
      expect(answer.body.error.message).toMatch(new RegExp(`^mine\\.yaml:${lineOf(line)} `))
      expect(answer.body.error.message).toMatch(told)
      expect(answer.body.problems[0]).toMatchObject({ line: lineOf(line), expected: expect.any(String) })
      expect((await call('GET', '/api/playbook-drafts')).body).toEqual([])
      expect((await call('GET', '/api/playbooks/sample/versions')).body).toHaveLength(1)
    },
  )

  it.each([
    [
      'a slot that nothing fills',
      "templates:\n  - {id: t, title: T, audience: team, body: 'Since {{when}}', slots: []}\n",
      /nothing fills the slot "when"/,
    ],
    [
      'an unknown time zone',
      'calendars:\n  - {id: c, label: C, zone: Mars/Base, week: {unset: true}}\n',
      /Mars/,
    ],
    [
      'a step that waits for itself',
      "contacts:\n  - {id: a, position: A, kind: person, ways: []}\nescalation: {paths: [{id: p, label: P, steps: [{id: s, label: S, to: [{contact: a}], when: {since: {event: 'step:s', gte: 5m}}}]}]}\n",
      /waits for step "s" \(expected a step above it/,
    ],
    [
      'a bomb',
      `bomb: &a [x]\n${Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [${'*a,'.repeat(9)}]`).join('\n')}\n`,
      /anchors too often/,
    ],
    ['garbled text', 'onboarding:\n  - {id: a, text: Donâ€™t panic}\n', /garbled/],
  ])('refuses %s', async (_what, more, told) => {
    const answer = await call('POST', '/api/playbooks', { source: sample + more, file: 'mine.yaml' })
    expect(answer.status).toBe(400)
    expect(answer.body.error.message).toMatch(told)
  })

  it('refuses ten megabytes before reading them', async () => {
    const answer = await call('POST', '/api/playbooks', { source: `id: a # ${'x'.repeat(10 * 1024 * 1024)}` })
    expect(answer.status).toBe(413)
    expect(
      (await call('POST', '/api/playbooks', { source: `# ${'x'.repeat(300 * 1024)}` })).body.error.message,
    ).toMatch(/too large/)
  })

  it('checks without keeping: what it would change, and what is worth a look', async () => {
    const answer = await call('POST', '/api/playbooks/check', { source: changed })
    expect(answer.body).toMatchObject({
      ok: true,
      id: 'sample',
      against: { version: 1 },
      changes: [{ path: 'clocks[ack].target' }],
    })
    expect(answer.body.findings).toContainEqual(
      expect.objectContaining({ kind: 'gap', line: expect.any(Number) }),
    )
    expect((await call('GET', '/api/playbooks/sample/drafts')).body).toEqual([])
  })

  it('imports a draft, tells who wrote it, publishes it, and exports the very file', async () => {
    const saved = await call('POST', '/api/playbooks', { source: changed, file: 'sample.yaml' })
    expect(saved.status).toBe(201)
    const draft = await call('GET', '/api/playbooks/sample/drafts/edited')
    expect(draft.body).toMatchObject({ editedBy: 'KIM', source: changed, hash: saved.body.hash })
    const publish = (against: string) =>
      call('POST', '/api/playbooks/sample/drafts/edited/publish', { hash: saved.body.hash, against })
    const behind = await publish('0'.repeat(64))
    expect(behind.status).toBe(409)
    expect(behind.body.error.message).toMatch(/^Version 1 was published meanwhile/)
    expect((await publish(draft.body.against.hash)).body).toMatchObject({ id: 'sample', version: 2 })
    expect((await publish(draft.body.against.hash)).status).toBe(409)
    expect((await call('GET', '/api/playbooks/sample/versions')).body).toMatchObject([
      { version: 2, publishedBy: 'KIM', origin: 'edited' },
      { version: 1, publishedBy: null, origin: 'shipped' },
    ])
    guest = true
    const told = (await call('GET', '/api/playbooks/sample/versions')).body
    guest = false
    expect(told).toMatchObject([{ version: 2, publishedBy: null }, { version: 1 }])
    const file = await call('GET', '/api/playbooks/sample/source')
    expect(file.text).toBe(changed)
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="sample.yaml"')
  })

  it.each(['/api/playbooks', '/api/playbooks/check'])(
    '%s says of a file name that it is too long',
    async (path) => {
      const answer = await call('POST', path, { source: sample, file: `${'a'.repeat(196)}.yaml` })
      expect([answer.status, answer.body.error]).toEqual([
        400,
        { code: 'invalid', field: 'file', message: 'The name of the file is too long: at most 200 letters.' },
      ])
      expect(
        (await call('POST', '/api/playbooks/check', { source: sample, file: `${'a'.repeat(195)}.yaml` }))
          .status,
      ).toBe(200)
    },
  )

  it('discards the draft that was seen', async () => {
    const edited = '/api/playbooks/sample/drafts/edited'
    const { body } = await call('POST', '/api/playbooks', {
      source: sample.replace('target: 5m', 'target: 9m'),
    })
    expect((await call('DELETE', edited)).body.error).toMatchObject({ code: 'invalid', field: 'seen' })
    expect((await call('DELETE', edited, { seen: body.mark })).body).toEqual({ ok: true })
    expect((await call('DELETE', edited, { seen: body.mark })).status).toBe(404)
    expect((await call('GET', '/api/playbooks/sample/drafts/other')).status).toBe(404)
  })

  it('tells who saved another draft and when, with what saving would change of it', async () => {
    const edited = '/api/playbooks/sample/drafts/edited'
    const to = (target: string) => sample.replace('target: 5m', `target: ${target}`)
    const first = (await call('POST', '/api/playbooks', { source: to('8m') })).body
    const second = (await call('POST', '/api/playbooks', { source: to('9m'), seen: first.mark })).body
    for (const seen of [first.mark, null, undefined]) {
      const late = await call('POST', '/api/playbooks', { source: to('11m'), seen })
      expect(late.status).toBe(409)
      expect(late.body.error).toEqual({
        code: 'conflict',
        message:
          'KIM saved another draft at 03:00 UTC on 2026-11-21. Look at what yours would change of it before you save.',
      })
      expect(late.body.draft).toMatchObject({ mark: second.mark, editedBy: 'KIM', editedAt: now })
      expect(late.body.changes).toHaveLength(1)
    }
    const gone = await call('DELETE', edited, { seen: first.mark })
    expect(gone.status).toBe(409)
    expect(gone.body.error.message).toMatch(
      /^KIM saved another draft at .* Look at it before you discard it\.$/,
    )
    expect((await call('GET', edited)).body).toMatchObject({ source: to('9m'), mark: second.mark })
    await call('DELETE', edited, { seen: second.mark })
  })

  it.each([
    ['checks', 'POST', '/check', { source: 'id: x' }],
    ['reads a draft', 'GET', '/sample/drafts/edited', undefined],
    ['publishes', 'POST', '/sample/drafts/edited/publish', { hash: '0'.repeat(64), against: null }],
  ])(
    '%s at no flood: a program that asks too fast waits, and no other one does',
    async (_what, method, path, body) => {
      const ask = () => call(method, `/api/playbooks${path}`, body)
      who = null
      session = `first ${path}`
      const answers = await Promise.all(Array.from({ length: 40 }, ask))
      const late = answers.filter(({ status }) => status === 429)
      expect(late.length).toBeGreaterThan(0)
      expect(answers.length - late.length).toBeGreaterThanOrEqual(30)
      expect(late[0]?.body.error).toMatchObject({ code: 'too-fast' })
      session = `second ${path}`
      const others = await Promise.all(Array.from({ length: 30 }, ask))
      expect(others.map(({ status }) => status)).not.toContain(429)
      who = 'kim'
      session = 'kim-1'
    },
  )

  it('asks for the right to edit before anything is read or changed; the schema is for everybody', async () => {
    asked.length = 0
    await call('GET', '/api/playbook-schema.json')
    expect(asked).toEqual([])
    for (const [method, path] of [
      ['POST', ''],
      ['POST', '/check'],
      ['GET', '/sample/drafts'],
      ['GET', '/sample/drafts/edited'],
      ['DELETE', '/sample/drafts/edited'],
      ['POST', '/sample/drafts/edited/publish'],
    ] as const)
      await call(method, `/api/playbooks${path}`, method === 'GET' ? undefined : {})
    expect(new Set(asked)).toEqual(new Set(['playbooks.edit']))
    asked.length = 0
    await call('GET', '/api/playbooks/sample/source')
    await call('GET', '/api/playbooks/sample/versions')
    expect(asked).toEqual(['playbooks.export', 'playbooks.read'])
  })
})
