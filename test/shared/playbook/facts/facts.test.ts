import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sectionOf } from '../../../../client/views/playbook/gaps.ts'
import { formatDuration } from '../../../../shared/playbook/duration.ts'
import { loadPlaybook, problemLines } from '../../../../shared/playbook/load.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import * as agentFactory from './agent-factory.ts'
import * as agentLab from './agent-lab.ts'
import * as agentNetwork from './agent-network.ts'
import * as agentPlatform from './agent-platform.ts'
import * as freeagentics from './freeagentics.ts'
import { factIds } from './ids.ts'
import { found } from './look-up.ts'
import { type PageSections, pageDrawer } from './page.ts'
import type { FactRow } from './table.ts'

/** Every fact of the five documents: where the playbook holds it, that it holds the same, and that people see it. */

const tables: Record<string, { facts: FactRow[]; unset: readonly string[] }> = {
  'agent-lab': agentLab,
  'agent-factory': agentFactory,
  'agent-platform': agentPlatform,
  freeagentics,
  'agent-network': agentNetwork,
}

function load(name: string): Playbook {
  const path = fileURLToPath(new URL(`../../../../shared/playbooks/${name}.yaml`, import.meta.url))
  const result = loadPlaybook(readFileSync(path, 'utf8'), name)
  if (!result.ok) throw new Error(problemLines(name, result.problems).join('\n'))
  return result.playbook
}

let drawer: Awaited<ReturnType<typeof pageDrawer>>
beforeAll(async () => {
  drawer = await pageDrawer()
}, 60_000)
afterAll(() => drawer.close())

it('no fact is left out, and none is made up', () => {
  const covered = new Set(Object.values(tables).flatMap(({ facts }) => facts.map((row) => row.id)))
  expect(factIds.filter((id) => !covered.has(id))).toEqual([])
  expect([...covered].filter((id) => !factIds.includes(id))).toEqual([])
  expect(factIds).toHaveLength(1012 + 62)
})

describe.each(Object.entries(tables))('%s', (name, { facts, unset }) => {
  const playbook = load(name)

  it('holds what its document says', () => {
    const wrong = facts.flatMap(({ id, path, is }) => {
      let value: unknown
      try {
        value = found(playbook, path)
      } catch (error) {
        return [`${id} ${String(error)}`]
      }
      if (is instanceof RegExp)
        return typeof value === 'string' && is.test(value)
          ? []
          : [`${id} ${path}: ${JSON.stringify(value)} is not ${is}`]
      return isDeepStrictEqual(value, is)
        ? []
        : [`${id} ${path}: ${JSON.stringify(value)} is not ${JSON.stringify(is)}`]
    })
    expect(wrong).toEqual([])
  })

  it('shows it to people on its page', () => {
    const page = drawer.draw(playbook)
    expect(facts.flatMap((row) => missing(row, playbook, page))).toEqual([])
  })

  it('leaves open what its document leaves open', () => {
    for (const path of unset) expect(found(playbook, path), path).toMatchObject({ kind: 'unset' })
  })
})

/** A text or a duration that its section does not show, in words. */
function missing({ id, path, is }: FactRow, playbook: Playbook, page: PageSections): string[] {
  const shown = wordsOf(found(playbook, path), path, is)
  const part = /^\w+/.exec(path)?.[0] ?? ''
  // The head of the page names these; what labels a status has is seen where statuses are, in the room.
  if (shown.length === 0 || ['product', 'title', 'purpose', 'statusLabels'].includes(part)) return []
  const section = sectionOf(part)
  const text = section === undefined ? undefined : page.get(section)
  if (text === undefined) return [`${id} ${path}: no section of the page is about it`]
  return shown
    .filter((words) => !text.includes(words))
    .map((words) => `${id} ${path}: “${words}” is not on the page`)
}

function wordsOf(value: unknown, path: string, is: FactRow['is']): string[] {
  if (typeof value === 'number' && path.endsWith('.ms')) return [formatDuration(value)]
  if (
    typeof value !== 'string' ||
    (is instanceof RegExp ? false : !path.endsWith('.text') && !path.endsWith('.value'))
  )
    return []
  // Slots stand in their own words; what is around them stands as it is.
  const pieces =
    path.endsWith('.body') || path.endsWith('.subject') ? value.split(/\{\{[^}]*\}\}|\n/) : [value]
  return pieces.map((piece) => piece.replace(/\s+/g, ' ').trim()).filter((piece) => piece !== '')
}
