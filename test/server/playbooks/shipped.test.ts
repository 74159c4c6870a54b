import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { readPlaybookFolder, shippedFolder } from '../../../server/playbooks/shipped.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function place(): string {
  const root = mkdtempSync(join(tmpdir(), 'muster-shipped-'))
  folders.push(root)
  for (const path of ['dist/server', 'server/playbooks', 'shared/playbooks'])
    mkdirSync(join(root, path), { recursive: true })
  return root
}

const at = (...path: string[]) => pathToFileURL(join(...path)).href

it('the same folder is found from the sources and from the bundle', () => {
  const root = place()
  writeFileSync(join(root, 'package.json'), '{}')
  const expected = join(root, 'shared', 'playbooks')
  expect(shippedFolder(undefined, at(root, 'server/playbooks/shipped.ts'))).toBe(expected)
  expect(shippedFolder(undefined, at(root, 'dist/server/main.js'))).toBe(expected)
})

it('a folder that was configured wins, and a wrong one is named', () => {
  const root = place()
  expect(shippedFolder(join(root, 'dist'))).toBe(join(root, 'dist'))
  expect(() => shippedFolder(join(root, 'nowhere'))).toThrow(join(root, 'nowhere'))
})

it('without a package.json beside it nothing counts as shipped', () => {
  const root = place()
  expect(() => shippedFolder(undefined, at(root, 'dist/server/main.js'))).toThrow(/No shared\/playbooks/)
})

it('reads the YAML files of a folder by name and nothing else', async () => {
  const root = place()
  for (const name of ['b.yml', 'a.yaml', 'notes.md']) writeFileSync(join(root, name), `id: ${name}`)
  expect(await readPlaybookFolder(root)).toEqual([
    { name: 'a.yaml', text: 'id: a.yaml' },
    { name: 'b.yml', text: 'id: b.yml' },
  ])
})

it('the playbooks that come with Muster are found from here', async () => {
  expect((await readPlaybookFolder(shippedFolder())).map((file) => file.name)).toHaveLength(5)
})
