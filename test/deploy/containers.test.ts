import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Service {
  image?: string
  build?: string
  environment?: Record<string, string>
  depends_on?: Record<string, unknown>
  healthcheck?: unknown
  volumes?: string[]
  ports?: string[]
}
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
}
const nodes = ['node-a', 'node-b']

/** Paths that the Dockerfile copies from the folder of the project, not from another stage. */
const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((m) =>
  (m[1] ?? '').split(/\s+/),
)

describe('docker-compose.yml', () => {
  it('has two equal nodes, the database, Redis and a proxy', () => {
    expect(Object.keys(services).sort()).toEqual(['database', 'node-a', 'node-b', 'proxy', 'redis'])
    expect(services['node-a']).toEqual(services['node-b'])
    expect(services.database?.image).toBe('postgres:15')
    expect(services.redis?.image).toBe('redis:7')
  })

  it.each(nodes)('gives %s both services, once they are healthy', (name) => {
    const service = services[name]
    expect(service?.environment?.DATABASE_URL).toMatch(/^postgres:\/\/.*@database:5432\//)
    expect(service?.environment?.REDIS_URL).toBe('redis://redis:6379')
    expect(Object.keys(service?.depends_on ?? {})).toEqual(['database', 'redis'])
    expect(services.database?.healthcheck).toBeDefined()
    expect(services.redis?.healthcheck).toBeDefined()
  })

  it('carries no secret of its own', () => {
    const text = read('docker-compose.yml')
    const secrets = [...text.matchAll(/^ +\w*(?:PASSWORD|TOKEN): *(.+)$/gm)].map((match) => match[1])
    expect(secrets.length).toBeGreaterThan(0)
    for (const secret of secrets) expect(secret).toMatch(/^\$\{\w+:\?/)
  })

  it('publishes the proxy alone', () => {
    const open = Object.entries(services).filter(([, service]) => service.ports !== undefined)
    expect(open.map(([name]) => name)).toEqual(['proxy'])
  })
})

describe('deploy/proxy.conf', () => {
  const conf = read('deploy/proxy.conf')

  it('is the file that the proxy reads', () => {
    expect(services.proxy?.volumes?.[0]).toMatch(/^\.\/deploy\/proxy\.conf:/)
  })

  it('sends every node its share and lets WebSockets through, without sticky sessions', () => {
    for (const name of nodes) expect(conf).toContain(`server ${name}:3000`)
    expect(conf).toContain('proxy_set_header Upgrade $http_upgrade;')
    expect(conf).toContain('proxy_set_header Connection $connection_upgrade;')
    expect(conf).not.toMatch(/\b(?:ip_hash|sticky|hash)\b[^.]*;/)
  })
})

describe('the Dockerfile', () => {
  it('copies only what exists and what .dockerignore lets in', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    expect(copied.length).toBeGreaterThan(5)
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(allowed, path).toContain(path.split('/')[0])
    }
  })

  it('brings what the server reads beside its bundle', () => {
    for (const path of ['package.json', 'migrations', 'shared/playbooks']) expect(copied).toContain(path)
  })

  it('does not run as root and says whether it is ready', () => {
    const text = read('Dockerfile')
    expect(text).toMatch(/^USER node$/m)
    expect(text).toMatch(/^HEALTHCHECK[\s\S]*\/readyz/m)
    expect(text.indexOf('USER node')).toBeLessThan(text.lastIndexOf('\nCMD '))
  })
})
