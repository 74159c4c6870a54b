import { describe, expect, it } from 'vitest'
import { violationsOf } from './rules.ts'
import { factsOf } from './source.ts'

const words = new Set(['agent-x', 'P0', 'SEV-1'])
const rulesBrokenBy = (path: string, text: string) =>
  violationsOf(factsOf({ path, text }), words).map(({ rule, line }) => `${rule}:${line}`)

describe('arrows between the layers', () => {
  it.each([
    ['shared/a.ts', "import { z } from 'zod'", 'shared:1'],
    ['shared/a.ts', "import { b } from '../server/b.ts'", 'shared:1'],
    ['shared/a.ts', "import { hash } from 'node:crypto'", 'shared:1'],
    ['shared/a.ts', "\nexport type { Doc } from 'yjs'", 'shared:2'],
    ['shared/a.ts', "type D = import('yjs').Doc", 'shared:1'],
    ['client/net/a.ts', "import { s } from '../state/s.ts'", 'client:1'],
    ['client/state/a.ts', "import C from '../components/C.svelte'", 'client:1'],
    ['client/components/A.svelte', "<script>\nimport V from '../views/V.svelte'\n</script>", 'client:2'],
    [
      'client/components/A.svelte',
      "<p>\n</p>\n<script>\nawait import('../views/V.svelte')\n</script>",
      'client:4',
    ],
    ['client/views/a.ts', "import { join } from 'node:path'", 'client:1'],
    ['client/views/a.ts', "import { db } from '../../server/platform/db.ts'", 'client:1'],
    ['client/views/a.ts', "import { app } from '../app.ts'", 'client:1'],
    ['server/people/a.ts', "import { f } from '../incidents/feed.ts'", 'server:1'],
    ['server/people/a.ts', "import { config } from '../config.ts'", 'server:1'],
    ['server/platform/a.ts', "import { p } from '../people/index.ts'", 'server:1'],
    ['server/people/a.ts', "import { s } from '../../client/state/s.ts'", 'server:1'],
  ])('%s must not say %j', (path, text, broken) => {
    expect(rulesBrokenBy(path, text)).toEqual([broken])
  })

  it.each([
    [
      'shared/a.ts',
      "import * as z from 'zod/mini'\nimport { parse } from 'yaml'\nimport { b } from './b.ts'",
    ],
    ['client/views/A.svelte', "<script>import C from '../components/C.svelte'\nimport 'svelte'</script>"],
    [
      'client/views/room/a.ts',
      "import { s } from '../../state/s.ts'\nimport { e } from '../../../shared/e.ts'",
    ],
    ['client/app.ts', "import App from './views/App.svelte'\nimport './base.css'"],
    [
      'server/people/a.ts',
      "import { f } from '../incidents/index.ts'\nimport { c } from '../platform/clock.ts'",
    ],
    ['server/people/sub/a.ts', "import { b } from '../b.ts'\nimport { e } from '../../../shared/e.ts'"],
    ['server/app.ts', "import { f } from './incidents/feed.ts'\nimport pg from 'pg'"],
  ])('%s may say %j', (path, text) => {
    expect(rulesBrokenBy(path, text)).toEqual([])
  })
})

describe('reading the outside world', () => {
  it.each([
    ['server/people/a.ts', 'const p = process.env.PORT', 'environment:1'],
    ['server/people/a.ts', "const p = process['env']", 'environment:1'],
    ['shared/a.ts', 'const n = Date.now()', 'time:1'],
    ['server/people/a.ts', 'const read = Date.now', 'time:1'],
    ['server/people/a.ts', 'const n = new Date()', 'time:1'],
    ['server/people/a.ts', 'const n = Date()', 'time:1'],
    ['server/people/a.ts', 'const n = performance.now()', 'time:1'],
    ['shared/a.ts', 'const n = Math.random()', 'time:1'],
  ])('%s must not say %j', (path, text, broken) => {
    expect(rulesBrokenBy(path, text)).toEqual([broken])
  })

  it.each([
    ['server/config.ts', 'const p = process.env.PORT'],
    ['server/platform/clock.ts', 'const n = Date.now()'],
    ['server/platform/database-clock.ts', 'const n = new Date()'],
    ['server/platform/log.ts', 'const n = performance.now()'],
    ['server/people/gateway.ts', 'const n = performance.now()'],
    ['server/documents/tick.ts', 'const n = performance.now()'],
    ['shared/a.ts', 'const d = new Date(0) // Date.now() in a comment'],
    ['client/state/a.ts', 'const n = Date.now()'],
  ])('%s may say %j', (path, text) => {
    expect(rulesBrokenBy(path, text)).toEqual([])
  })
})

describe('policy in code', () => {
  it.each([
    ['shared/a.ts', "if (severity === 'P0') page()", 'policy:1'],
    ['server/people/a.ts', 'const id = `agent-x`', 'policy:1'],
    ['client/state/a.ts', 'const colour = { P0: 1 }', 'policy:1'],
    ['client/state/a.ts', 'type Severity = "SEV-1"', 'policy:1'],
    ['client/views/A.svelte', '<script></script>\n{#if severity === "P0"}!{/if}', 'policy:2'],
  ])('%s must not say %j', (path, text, broken) => {
    expect(rulesBrokenBy(path, text)).toEqual([broken])
  })

  it('leaves other words alone', () => {
    expect(rulesBrokenBy('shared/a.ts', "const d = 'P0D' + 'an agent-x' // 'P0'")).toEqual([])
  })
})
