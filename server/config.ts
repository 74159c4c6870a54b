import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { chatLimit } from '../shared/incident/commands/limits.ts'
import { type KillAt, parseKillAt } from './platform/kill-points.ts'

/** Sizes in bytes, except `chat`. */
export interface Limits {
  /** One chat message in UTF-16 units; longer text becomes a snippet. Fixed: `decide` holds to the same. */
  chat: number
  documentFrame: number
  document: number
  /** Everything ever written in one document, with what was deleted since. */
  documentHistory: number
  /** New Yjs client ids in one document within an hour. */
  documentClients: number
  /** A JSON body, except a snippet's. */
  body: number
}

/** Everything the outside world decides, read once. */
export interface Config {
  port: number
  host: string
  dataDir: string
  /** Origin under which people reach this Muster, without a slash at the end; undefined: whatever they typed. */
  publicUrl: string | undefined
  databaseUrl: string | undefined
  redisUrl: string | undefined
  rootToken: string | undefined
  testClock: boolean
  logLevel: string
  /** For Express: how many proxies stand in front, or which addresses are proxies. */
  trustProxy: false | number | string[]
  /** Host names that are this machine's own, for the check of the Host header. */
  hostNames: string[]
  limits: Limits
  killAt: KillAt | undefined
}

/** The environment cannot be used. `problems` name variables and never quote a value that may be a secret. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Muster cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const shortestRootToken = 32
const megabyte = 1_000_000

/**
 * Reads and checks the whole environment; an empty variable counts as not set.
 * Throws {@link ConfigError} with every problem at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = []
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim()
    return value === '' ? undefined : value
  }
  const whole = (name: string, fallback: number, least: number, most: number): number => {
    const value = text(name)
    if (value === undefined) return fallback
    const number = Number(value)
    if (/^[0-9]+$/.test(value) && number >= least && number <= most) return number
    problems.push(`${name} must be a whole number from ${least} to ${most}.`)
    return fallback
  }
  const flag = (name: string): boolean => {
    const value = text(name)
    if (value === undefined || value === '0') return false
    if (value !== '1') problems.push(`${name} must be 1 or 0.`)
    return true
  }
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    const parsed = URL.canParse(value) ? new URL(value) : undefined
    if (parsed !== undefined && protocols.includes(parsed.protocol)) return value
    problems.push(`${name} must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`)
    return undefined
  }

  const testClock = flag('MUSTER_TEST_CLOCK')
  if (testClock && env.NODE_ENV === 'production')
    problems.push('MUSTER_TEST_CLOCK cannot be used with NODE_ENV=production.')

  const rootToken = text('MUSTER_ROOT_TOKEN')
  if (rootToken !== undefined && rootToken.length < shortestRootToken)
    problems.push(`MUSTER_ROOT_TOKEN must have at least ${shortestRootToken} characters.`)
  else if (rootToken !== undefined && !/^[\x21-\x7e]+$/.test(rootToken))
    problems.push('MUSTER_ROOT_TOKEN must consist of printable ASCII characters without spaces.')

  const logLevel = text('LOG_LEVEL') ?? 'info'
  if (!logLevels.includes(logLevel)) problems.push(`LOG_LEVEL must be one of ${logLevels.join(', ')}.`)

  const host = text('HOST') ?? '127.0.0.1'
  const config: Config = {
    port: whole('PORT', 3000, 0, 65_535),
    host,
    dataDir: resolve(text('DATA_DIR') ?? join('.', 'data')),
    publicUrl: origin(url('PUBLIC_URL', ['http:', 'https:']), problems),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    rootToken,
    testClock,
    logLevel,
    trustProxy: proxies(text('TRUST_PROXY'), problems),
    hostNames: [hostname(), ...(isIP(host) === 0 ? [host] : [])],
    limits: {
      chat: chatLimit,
      documentFrame: whole('LIMIT_DOCUMENT_FRAME_BYTES', megabyte, 10_000, 16 * megabyte),
      document: whole('LIMIT_DOCUMENT_BYTES', 5 * megabyte, 100_000, 100 * megabyte),
      documentHistory: whole('LIMIT_DOCUMENT_HISTORY_BYTES', 1_000 * megabyte, megabyte, 100_000 * megabyte),
      documentClients: whole('LIMIT_DOCUMENT_CLIENTS_PER_HOUR', 1_000, 10, 1_000_000),
      body: whole('LIMIT_BODY_BYTES', 256 * 1024, 16_000, 16 * megabyte),
    },
    killAt: killAt(text('MUSTER_KILL_AT'), testClock, problems),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function origin(url: string | undefined, problems: string[]): string | undefined {
  if (url === undefined) return undefined
  const parsed = new URL(url)
  if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '')
    problems.push('PUBLIC_URL must be an origin: scheme, host and port, nothing after them.')
  return parsed.origin
}

function proxies(value: string | undefined, problems: string[]): false | number | string[] {
  if (value === undefined || value === '0') return false
  if (/^[1-9]$/.test(value)) return Number(value)
  const ranges = value.split(',').map((range) => range.trim())
  const known = ['loopback', 'linklocal', 'uniquelocal']
  const good = ranges.every((range) => {
    const [address = '', bits] = range.split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    const fits = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most)
    return known.includes(range) || (family !== 0 && fits)
  })
  if (good) return ranges
  problems.push('TRUST_PROXY must be the number of proxies in front (1 to 9), or their addresses and ranges.')
  return false
}

function killAt(value: string | undefined, testClock: boolean, problems: string[]): KillAt | undefined {
  if (value === undefined) return undefined
  if (!testClock) problems.push('MUSTER_KILL_AT works only together with MUSTER_TEST_CLOCK=1.')
  try {
    return parseKillAt(value)
  } catch (error) {
    problems.push(`MUSTER_KILL_AT: ${error instanceof Error ? error.message : 'cannot be read'}.`)
    return undefined
  }
}
