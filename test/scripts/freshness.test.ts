import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint, isFresh, root, stampPath } from '../../scripts/lib/freshness.mjs'

let base: string

beforeEach(() => {
  base = `${mkdtempSync(join(tmpdir(), 'muster-fresh-'))}/`
  for (const folder of ['client', 'server', 'shared', 'dist']) mkdirSync(join(base, folder))
  cpSync(join(root, 'package-lock.json'), join(base, 'package-lock.json'))
  write('server/main.ts', 'start()')
  write('shared/playbooks.yaml', 'id: a')
  write('client/app.ts', 'mount()')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const write = (path: string, text: string) => writeFileSync(join(base, path), text)
const stamp = () => writeFileSync(stampPath('server', base), fingerprint('server', base))

describe('whether a build is still good', () => {
  it('is no before the first build, and yes after it', () => {
    expect(isFresh('server', base)).toBe(false)
    stamp()
    expect(isFresh('server', base)).toBe(true)
  })

  it.each([
    ['a changed source', 'server/main.ts', 'stop()'],
    ['a new file', 'server/new.ts', ''],
    ['a file of the shared part', 'shared/playbooks.yaml', 'id: b'],
    ['other packages', 'package-lock.json', '{}'],
  ])('is no after %s', (_what, path, text) => {
    stamp()
    write(path, text)
    expect(isFresh('server', base)).toBe(false)
  })

  it('is yes after a change on the other side', () => {
    stamp()
    write('client/app.ts', 'unmount()')
    expect(isFresh('server', base)).toBe(true)
  })

  it('does not confuse the end of one file with the beginning of the next', () => {
    write('server/a.ts', 'xy')
    write('server/b.ts', 'z')
    const before = fingerprint('server', base)
    write('server/a.ts', 'x')
    write('server/b.ts', 'yz')
    expect(fingerprint('server', base)).not.toBe(before)
  })
})
