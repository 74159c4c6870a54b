import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { violationsOf } from './rules.ts'
import { factsOf } from './source.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.(?:ts|js|mjs|svelte)$/.test(path))
}

function policyWords(): Set<string> {
  const folder = join(root, 'shared/playbooks')
  return new Set(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => {
        const playbook = parse(readFileSync(join(folder, name), 'utf8'))
        return [playbook.id, ...playbook.severities.map((severity: { key: string }) => severity.key)]
      }),
  )
}

describe('the code of the product', () => {
  const words = policyWords()

  it('is compared with the names that the shipped playbooks use', () => {
    expect(words.size).toBeGreaterThan(5)
    expect([...words].every((word) => typeof word === 'string' && word.length > 1)).toBe(true)
  })

  it.each(['shared', 'server', 'client'])(
    'keeps the layers, the clock and the policy apart in %s',
    (folder) => {
      const broken = sourcesUnder(folder).flatMap((path) =>
        violationsOf(factsOf({ path, text: readFileSync(join(root, path), 'utf8') }), words),
      )
      expect(broken.map(({ rule, path, line, why }) => `${path}:${line} [${rule}] ${why}`)).toEqual([])
    },
  )
})
