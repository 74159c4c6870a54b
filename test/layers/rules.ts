import { posix } from 'node:path'
import type { Facts, Found } from './source.ts'

/** A broken rule, with the place and what to do instead. */
export interface Violation {
  readonly rule: 'shared' | 'client' | 'server' | 'environment' | 'time' | 'policy'
  readonly path: string
  readonly line: number
  readonly why: string
}

/** Client folders from the top down: each may use itself and what stands after it. */
const clientLayers = ['views', 'components', 'state', 'net']
const purePackages = ['zod/mini', 'yaml', 'markdown-it']
/** What stands beside the features in server/ and puts them together; no feature uses these. */
const assembly = ['main.ts', 'app.ts', 'config.ts']

/**
 * Checks the arrows between the layers, where the outside world is read, and that policy stays data.
 * @param policyWords ids of playbooks and keys of severities, which code must not name
 */
export function violationsOf(facts: Facts, policyWords: ReadonlySet<string>): Violation[] {
  return [...importRules(facts), ...readRules(facts), ...policyRule(facts, policyWords)]
}

function importRules({ path, imports }: Facts): Violation[] {
  const layer = path.split('/')[0]
  const check = layer === 'shared' ? ofShared : layer === 'client' ? ofClient : ofServer
  const rule = layer === 'shared' ? 'shared' : layer === 'client' ? 'client' : 'server'
  return imports.flatMap(({ value, line }) => {
    const inside = value.startsWith('.')
    const target = inside ? posix.join(posix.dirname(path), value) : value
    const why = check(path, target, inside)
    return why ? [{ rule, path, line, why: `imports ${target}: ${why}` } as const] : []
  })
}

function ofShared(_path: string, target: string, inside: boolean): string | undefined {
  if (inside) return target.startsWith('shared/') ? undefined : 'shared uses only shared'
  return purePackages.includes(target) ? undefined : `shared uses only ${purePackages.join(' and ')}`
}

function ofClient(path: string, target: string, inside: boolean): string | undefined {
  if (!inside) return target.startsWith('node:') ? 'a browser has no Node' : undefined
  if (target.startsWith('shared/') || /\.css(?:\?.*)?$/.test(target)) return undefined
  if (!target.startsWith('client/')) return 'the client uses only client and shared'
  const from = clientLayerOf(path)
  const to = clientLayerOf(target)
  if (from === undefined) return undefined
  if (to === undefined) return `only ${clientLayers.join(', ')} may be used`
  return from <= to ? undefined : `${clientLayers[from]} stands below ${clientLayers[to]}`
}

function clientLayerOf(path: string): number | undefined {
  const at = clientLayers.indexOf(path.split('/')[1] ?? '')
  return at < 0 ? undefined : at
}

function ofServer(path: string, target: string, inside: boolean): string | undefined {
  if (!inside || target.startsWith('shared/')) return undefined
  if (!target.startsWith('server/')) return 'the server uses only server and shared'
  const own = path.split('/')[1] ?? ''
  const other = target.split('/')[1] ?? ''
  if (assembly.includes(own) || own === other || other === 'platform') return undefined
  if (own === 'platform') return 'platform knows no feature'
  if (assembly.includes(other)) return 'what puts the features together is not used by them'
  return target === `server/${other}/index.ts` ? undefined : `use server/${other}/index.ts`
}

function readRules({ path, reads }: Facts): Violation[] {
  return reads.flatMap((read): Violation[] => {
    const place = { path, line: read.line }
    if (read.value === 'process.env') {
      return path === 'server/config.ts'
        ? []
        : [{ rule: 'environment', ...place, why: 'process.env is read once, in server/config.ts' }]
    }
    return mayReadTime(path, read)
      ? []
      : [{ rule: 'time', ...place, why: `${read.value}: take it as an argument` }]
  })
}

function mayReadTime(path: string, { value }: Found): boolean {
  if (path.startsWith('client/')) return true
  if (path.startsWith('shared/')) return false
  if (value === 'Math.random()') return true
  if (/^server\/platform\/(?:.*\/)?[^/]*clock[^/]*$/.test(path)) return true
  // Elapsed time only: the tick of the documents, what is measured, how fast a socket sends.
  return value === 'performance.now()' && /^server\/(?:(?:platform|documents)\/|\w+\/gateway\.ts$)/.test(path)
}

function policyRule({ path, strings }: Facts, words: ReadonlySet<string>): Violation[] {
  return strings
    .filter(({ value }) => words.has(value))
    .map(
      ({ value, line }) => ({ rule: 'policy', path, line, why: `names ${value}: policy is data` }) as const,
    )
}
