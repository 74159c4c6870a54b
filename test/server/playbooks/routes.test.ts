import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { answerErrors } from '../../../server/platform/http-errors.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { playbookRoutes } from '../../../server/playbooks/routes.ts'
import { type PlaybookStore, playbookHash } from '../../../server/playbooks/store.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import type { PublishedPlaybook } from '../../../shared/playbook/model.ts'
import { sample } from '../../shared/playbook/sample.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

function published(): PublishedPlaybook {
  const result = loadPlaybook(sample, 'sample.yaml')
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { hash: playbookHash(result.playbook), playbook: { ...result.playbook, version: 3 } }
}

function storeOf(one: PublishedPlaybook): PlaybookStore {
  return {
    publishShipped: async () => [one],
    versions: async () => [],
    source: async () => undefined,
    byHash: async (hash) => (hash === one.hash ? one : undefined),
    latest: async (id) => (id === one.playbook.id ? one : undefined),
    list: async () => [one],
    defaultId: async () => 'sample',
    setDefault: async () => {},
  }
}

async function serve(
  mayRead: RequestHandler,
  one = published(),
  numbers = true,
  may: (id: string) => boolean = () => true,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const app = express()
  app.use(
    playbookRoutes({
      store: storeOf(one),
      mayReadNumbers: () => numbers,
      readable: async () => may,
      requirePermission: (action) => {
        asked.push(action)
        return mayRead
      },
    }),
  )
  app.use(answerErrors(createLogger('silent')))
  const server = app.listen(0, '127.0.0.1')
  open.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const letIn: RequestHandler = (_request, _response, next) => next()
const keepOut: RequestHandler = (_request, response) => {
  response.sendStatus(403)
}

describe('playbook routes', () => {
  it('list what one may choose from', async () => {
    const { url } = await serve(letIn)
    const answer = await fetch(`${url}/api/playbooks`)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.json()).toMatchObject([
      {
        id: 'sample',
        title: 'Sample playbook',
        product: 'Sample',
        version: 3,
        hash: published().hash,
        isDefault: true,
        severities: [{ key: 'MAJOR' }, { key: 'MINOR' }],
      },
    ])
  })

  it('give one version whole, to be kept for ever', async () => {
    const { url } = await serve(letIn)
    const answer = await fetch(`${url}/api/playbooks/${published().hash}`)
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/)
    expect(await answer.json()).toEqual(published().playbook)
  })

  it('give the newest version by its id, to be asked for again', async () => {
    const { url } = await serve(letIn)
    const answer = await fetch(`${url}/api/playbooks/sample`)
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    expect(await answer.json()).toEqual(published().playbook)
  })

  it('tell numbers of contacts only to those who may read them', async () => {
    const one = published()
    const ways = [
      { kind: 'phone', address: { kind: 'stated', value: '+44 20 7946 0000' } },
      { kind: 'any', address: { kind: 'stated', value: '+44 20 7946 0001' } },
      { kind: 'sms', address: { kind: 'unset' } },
      { kind: 'email', address: { kind: 'stated', value: 'lead@example.com' } },
    ] as const
    one.playbook.contacts = [{ id: 'lead', position: 'Lead', kind: 'person', ways: [...ways], src: [] }]
    const ask = async (numbers: boolean) => {
      const { url } = await serve(letIn, one, numbers)
      const answer = await fetch(`${url}/api/playbooks/${one.hash}`)
      expect(answer.headers.get('vary')).toMatch(/Cookie, Authorization/)
      return answer.text()
    }
    expect(await ask(true)).toContain('7946')
    const told = await ask(false)
    expect(told).not.toContain('7946')
    expect(JSON.parse(told).contacts[0].ways.map((way: { kind: string }) => way.kind)).toEqual([
      'sms',
      'email',
    ])
  })

  it('know no other hash, and what is not found is not kept', async () => {
    const { url } = await serve(letIn)
    for (const hash of ['0'.repeat(64), 'nothing', published().hash.toUpperCase()]) {
      const answer = await fetch(`${url}/api/playbooks/${hash}`)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toMatchObject({ error: { code: 'not-found' } })
    }
  })

  it('tell of none that whoever asks may not read: it answers as one that is not there', async () => {
    const other = await serve(letIn, published(), true, (id) => id === 'another')
    expect(await (await fetch(`${other.url}/api/playbooks`)).json()).toEqual([])
    for (const name of ['sample', published().hash]) {
      const answer = await fetch(`${other.url}/api/playbooks/${name}`)
      const nothing = await fetch(`${other.url}/api/playbooks/${'0'.repeat(64)}`)
      expect([answer.status, await answer.text()]).toEqual([404, await nothing.text()])
      expect(answer.headers.get('cache-control')).toBe(nothing.headers.get('cache-control'))
    }
    const own = await serve(letIn, published(), true, (id) => id === 'sample')
    expect(await (await fetch(`${own.url}/api/playbooks`)).json()).toHaveLength(1)
  })

  it('ask for the right to read playbooks before anything else', async () => {
    const { url, asked } = await serve(keepOut)
    expect(asked.length).toBeGreaterThan(0)
    expect(new Set(asked)).toEqual(new Set(['playbooks.read']))
    for (const path of ['', `/${published().hash}`])
      expect((await fetch(`${url}/api/playbooks${path}`)).status).toBe(403)
  })
})
