import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A playbook file as text, with the name that its problems are told under. */
export interface PlaybookFile {
  name: string
  text: string
}

/**
 * The folder with the playbooks that come with Muster: `configured` when given, else `shared/playbooks` beside
 * the nearest package.json above this file. That is the same folder from the sources and from the bundle.
 * Throws an Error that names the folder when it is not there.
 */
export function shippedFolder(configured?: string, from: string = import.meta.url): string {
  if (configured !== undefined) {
    const folder = resolve(configured)
    if (!existsSync(folder)) throw new Error(`The playbook folder ${folder} does not exist.`)
    return folder
  }
  const start = dirname(fileURLToPath(from))
  for (let at = start; ; at = dirname(at)) {
    const folder = join(at, 'shared', 'playbooks')
    if (existsSync(join(at, 'package.json')) && existsSync(folder)) return folder
    if (at === dirname(at)) throw new Error(`No shared/playbooks beside a package.json above ${start}.`)
  }
}

/** The YAML files of a folder, by name. */
export async function readPlaybookFolder(folder: string): Promise<PlaybookFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort()
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })))
}
