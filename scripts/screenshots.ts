import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import * as Y from 'yjs'
import { launchBrowser, newPerson } from '../test/e2e/browser.ts'
import { joinRoom, makePerson, openDocument, rest } from '../test/helpers/room-client.ts'
import { startServer } from '../test/helpers/server.ts'
import { root } from './lib/freshness.mjs'
import { nightSheet, settled } from './lib/night-sheet.ts'

// The pictures of the README: a staged incident on the built server at two in the afternoon, and the scripted night.

const into = join(root, 'docs/images')
mkdirSync(into, { recursive: true })
const minute = 60_000

const server = await startServer({ env: { MUSTER_TEST_CLOCK: '1', LOG_LEVEL: 'warn' } })
const browser = await launchBrowser()
const { url, rootToken } = server
const asRoot = <T>(method: string, path: string, body?: unknown) =>
  rest<T>(url, rootToken, method, path, body)
const advance = (ms: number) =>
  asRoot<{ now: number }>('POST', '/api/test/clock', { advance: `PT${Math.round(ms / 1000)}S` })
const declare = async (title: string, playbook: string, severity: string | null) =>
  (
    await asRoot<{ id: string }>('POST', '/api/incidents', {
      title,
      playbook,
      ...(severity === null ? {} : { severity }),
    })
  ).id

const { now } = await advance(1000)
const today = Math.floor(now / 86_400_000) * 86_400_000
const twoInTheAfternoon = today + 14 * 60 * minute + (now > today + 14 * 60 * minute ? 86_400_000 : 0)

const { url: wallUrl } = await asRoot<{ url: string }>('POST', '/api/walls', { label: 'Hall' })
const wallPath = new URL(wallUrl).pathname + new URL(wallUrl).hash
const wall = await newPerson(browser, { baseUrl: url, viewport: { width: 1920, height: 1080 } })

const names = ['Priya Nair', 'Tomás Rivera', 'Maya Okafor', 'Lena Brandt', 'Ravi Shah']
const people = new Map<string, { id: string; token: string }>()
for (const name of names) people.set(name.split(' ')[0] ?? name, await makePerson(url, rootToken, name))
const tokenOf = (name: string) => people.get(name)?.token ?? ''

await advance(twoInTheAfternoon - now - 12 * minute)
const slow = await declare('Agent runs slow in Mumbai', 'agent-platform', 'P2')
const staged: { socket: Awaited<ReturnType<typeof joinRoom>> }[] = []
const enter = async (name: string, incidentId: string) => {
  const room = await joinRoom(url, tokenOf(name), incidentId)
  staged.push({ socket: room })
  return async (type: string, data: unknown = {}) => {
    const answer = await room.send(type, data)
    if (!answer.ok) throw new Error(`${type}: ${answer.error.message}`)
    return answer.seq
  }
}
const lenaInSlow = await enter('Lena', slow)
await lenaInSlow('incident.acknowledge')
await lenaInSlow('incident.respond')
await lenaInSlow('status.set', { to: 'monitoring', reason: 'Scaled up, watching' })

await advance(12 * minute)
const id = await declare('Agent coordination down, coalitions time out', 'freeagentics', 'SEV-1')
const [priya, tomas, maya, lena, ravi] = [
  await enter('Priya', id),
  await enter('Tomás', id),
  await enter('Maya', id),
  await enter('Lena', id),
  await enter('Ravi', id),
]
await advance(1.8 * minute)
await priya('incident.acknowledge')
await priya('role.take', { role: 'ic' })
await tomas('role.take', { role: 'tl' })
await maya('role.take', { role: 'cl' })
await lena('role.take', { role: 'scribe' })
await advance(4 * minute)
await tomas('entry.add', {
  kind: 'finding',
  text: 'Release 4.18.0 went out at 13:52, nine minutes before the first lock timeout.',
})
await tomas('chat.send', { text: 'coordinator logs are one lock wait after the other' })
const tasks = (await asRoot<{ state: { playbook: { hash: string } } }>('GET', `/api/incidents/${id}`)).state
  .playbook.hash
const playbook = await asRoot<{ checklists: { id: string; items: { id: string }[] }[] }>(
  'GET',
  `/api/playbooks/${tasks}`,
)
const items = (list: string) => playbook.checklists.find((c) => c.id === list)?.items.map((i) => i.id) ?? []
for (const task of items('initial-response').slice(0, 4)) await priya('task.tick', { task })
for (const task of items('immediate').slice(0, 6)) await tomas('task.tick', { task })
const last = items('immediate').at(-1)
if (last !== undefined) await priya('task.assign', { task: last, to: { kind: 'role', id: 'cl' } })
await priya('status.set', { to: 'mitigating', reason: 'The release is the likely cause' })
await advance(3 * minute)
const { now: afterRestart } = await advance(1000)
await lena('entry.add', {
  kind: 'action',
  text: 'Restarted the API. No change.',
  occurredAt: afterRestart - 5 * minute,
})
const redis = await ravi('chat.send', { text: 'Redis at 95 % of memory, lock keys have no expiry.' })
await advance(minute)
await lena('entry.pin', { ref: redis, kind: 'finding' })
await priya('entry.add', {
  kind: 'decision',
  text: 'Roll back to 4.17.3. Do not flush Redis.',
  reason: 'a flush drops 1,140 waiting runs.',
})
await advance(minute)
await tomas('entry.add', { kind: 'action', text: 'Rollback started, one coordinator at a time.' })
await maya('entry.add', {
  kind: 'communication',
  audience: 'internal',
  text: 'New multi-agent runs are failing. Rollback is under way, 3 of 6 coordinators done.',
})
await advance(minute)
await lena('chat.send', { text: 'coordinator-2 is on 4.17.3 and just formed a coalition' })
const [firstOfMitigation, secondOfMitigation] = items('mitigation')
if (firstOfMitigation !== undefined)
  await priya('task.not-applicable', { task: firstOfMitigation, reason: 'none exists' })
if (secondOfMitigation !== undefined)
  await priya('task.assign', {
    task: secondOfMitigation,
    to: { kind: 'person', id: people.get('Tomás')?.id },
  })

const document = openDocument(url, tokenOf('Tomás'), id)
await document.synced
const fill = (after: string, ...paragraphs: string[]) =>
  document.edit((doc) => {
    const body = doc.getXmlFragment('document')
    const at = body
      .toArray()
      .findIndex((n) => n instanceof Y.XmlElement && n.toString().includes(`>${after}<`))
    if (at < 0) return
    const made = paragraphs.map((text) => {
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(text)])
      return paragraph
    })
    body.delete(at + 1, 1)
    body.insert(at + 1, made)
  })
await fill(
  'Summary',
  'No new coalition has formed since 14:01 UTC. The coordinator accepts requests, waits 30\u00a0s for its lock in Redis, then gives up. Coalitions that already existed keep working.',
)
await fill(
  'Impact',
  '212 of 214 workspaces cannot start a multi-agent run. No loss found; 1,140 runs wait in the queue.',
)
await fill(
  'Working theory',
  'Since 4.18.0 the coordinator writes lock keys without an expiry. A holder that dies keeps its lock for ever, and every restart adds more dead locks.',
)
await fill(
  'Next',
  'Finish the rollback, then watch for 15 minutes.',
  'Patch that gives every lock an expiry.',
)

const shoot = async (
  name: string,
  path: string,
  options: {
    theme?: 'light' | 'dark'
    width?: number
    height?: number
    /** What is done before the picture is taken. */
    first?: (page: Page) => Promise<unknown>
  } = {},
) => {
  const person = await newPerson(browser, {
    baseUrl: url,
    token: tokenOf('Lena'),
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  })
  const { page } = person
  await page.goto(path)
  await page.waitForLoadState('networkidle')
  if (path.startsWith('/i/')) await leaveBrief(page)
  await options.first?.(page)
  await settled(page)
  await page.screenshot({ path: join(into, `${name}.png`) })
  await person.leave([/.*/])
  console.log(`docs/images/${name}.png`)
}
const leaveBrief = async (page: Page) => {
  const brief = page.getByRole('region', { name: 'Brief' })
  await brief.waitFor({ timeout: 3_000 }).catch(() => undefined)
  await page.keyboard.press('Escape')
  await brief.waitFor({ state: 'detached' })
}
const shootWall = async (name: string) => {
  await wall.page.goto('about:blank')
  await wall.page.goto(wallPath)
  await wall.page.getByText('Live', { exact: true }).waitFor()
  await settled(wall.page)
  await wall.page.screenshot({ path: join(into, `${name}.png`) })
  console.log(`docs/images/${name}.png`)
}

await shoot('room-light', `/i/${id}`)
await shoot('room-dark', `/i/${id}`, { theme: 'dark' })
await shoot('room-phone', `/i/${id}`, { width: 390, height: 844 })
await shoot('palette', `/i/${id}`, {
  async first(page) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'What to do, or where to go' }).waitFor()
    await page.keyboard.type('roll')
    await page.getByRole('option').first().waitFor()
  },
})
await shoot('history', `/i/${id}`, {
  async first(page) {
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByRole('slider').waitFor()
    await page.getByText('Template').click()
    await page.getByText('As it stands now').waitFor({ state: 'detached' })
  },
})
const close = (incident: string, reason: string) =>
  asRoot('POST', `/api/incidents/${incident}/commands/incident.close`, {
    reason,
    override: 'The review follows',
  })
await close(slow, 'Back to normal')
await shootWall('wall-one')
await asRoot('POST', `/api/incidents/${slow}/commands/incident.reopen`, { reason: 'Slow again' })
const cards = await declare('Card payments fail for EU customers', 'agent-platform', null)
await advance(4 * minute)
const outage = await declare('WebSocket outage in Frankfurt', 'agent-network', 'P1')
await shootWall('wall-four')
await shoot('board', '/')
await shoot('declare', '/', {
  async first(page) {
    await page.keyboard.press('c')
    await page.getByRole('button', { name: /^Playbook:/ }).click()
    await page.getByRole('menuitemradio', { name: 'FreeAgentics' }).click()
    await page.getByLabel('What is happening?').fill('Agent runs fail in Frankfurt')
    await page.keyboard.press('Alt+1')
  },
})
for (const incident of [id, slow, cards, outage]) await close(incident, 'Back to normal')
await advance(3 * 60 * minute)
await shootWall('wall-calm')

for (const { socket } of staged) socket.close()
document.close()
await browser.close()
await server.stop()

await nightSheet(join(into, 'night.jpg'))
console.log('docs/images/night.jpg')
