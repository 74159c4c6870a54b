import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const read = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8'))

interface Locked {
  version?: string
  optionalDependencies?: Record<string, string>
  hasInstallScript?: boolean
}
const manifest = read('package.json')
const locked: Record<string, Locked> = read('package-lock.json').packages
const isLocked = (name: string) => Object.keys(locked).some((path) => path.endsWith(`node_modules/${name}`))

describe('package.json', () => {
  const direct: [string, string][] = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })

  it('pins every package exactly, to the version of the lockfile', () => {
    expect(direct.length).toBeGreaterThan(20)
    for (const [name, version] of direct) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
      expect(locked[`node_modules/${name}`]?.version, name).toBe(version)
    }
  })

  it('lets no package run a script when it is installed', () => {
    const scripted = Object.entries(locked)
      .filter(([path, { hasInstallScript }]) => hasInstallScript && !path.endsWith('/fsevents'))
      .map(([path]) => path.split('node_modules/').at(-1))
    expect(new Set(scripted)).toEqual(new Set(Object.keys(manifest.allowScripts)))
    expect(Object.values(manifest.allowScripts)).toEqual(scripted.map(() => false))
  })

  it('has scripts whose files exist', () => {
    for (const command of Object.values<string>(manifest.scripts)) {
      const file = command.match(/\bscripts\/\S+/)?.[0]
      if (file) expect(() => readFileSync(new URL(`../../${file}`, import.meta.url))).not.toThrow()
    }
  })
})

describe('package-lock.json', () => {
  it('names the binaries of every platform, without which npm ci refuses', () => {
    const optional = Object.values(locked).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    expect(optional.length).toBeGreaterThan(10)
    expect(optional.filter((name) => !isLocked(name))).toEqual([])
  })
})
