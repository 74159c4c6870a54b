import type { Browser, Page } from 'playwright-core'
import * as Y from 'yjs'
import { newPerson, type Person } from '../../test/e2e/browser.ts'
import { joinRoom, makePerson, openDocument, rest } from '../../test/helpers/room-client.ts'
import type { RunningServer } from '../../test/helpers/server.ts'

const minute = 60_000
const names = ['Priya Nair', 'Tomás Rivera', 'Maya Okafor', 'Lena Brandt', 'Ravi Shah']

/** The afternoon of the README's pictures: one incident half an hour in with five people, and others beside it. */
export interface Stage {
  /** The incident everybody is in. */
  id: string
  /** Another one, which is quiet. */
  slow: string
  asRoot<T>(method: string, path: string, body?: unknown): Promise<T>
  declare(title: string, playbook: string, severity: string | null): Promise<string>
  close(incident: string, reason: string): Promise<unknown>
  /** Moves the clock of the server, ms. */
  advance(ms: number): Promise<{ now: number }>
  tokenOf(name: string): string
  /** Two people move their carets, so that they are seen to write. */
  write(): Promise<void>
  leave(): Promise<void>
}

export async function stageAfternoon(server: RunningServer, browser: Browser): Promise<Stage> {
  const { url, rootToken } = server
  const asRoot = <T>(method: string, path: string, body?: unknown) =>
    rest<T>(url, rootToken, method, path, body)
  const advance = (ms: number) =>
    asRoot<{ now: number }>('POST', '/api/test/clock', {
      advance: `PT${Math.max(0, Math.ceil(ms / 1000))}S`,
    })
  const declare = async (title: string, playbook: string, severity: string | null) =>
    (
      await asRoot<{ id: string }>('POST', '/api/incidents', {
        title,
        playbook,
        ...(severity === null ? {} : { severity }),
      })
    ).id
  const close = (incident: string, reason: string) =>
    asRoot('POST', `/api/incidents/${incident}/commands/incident.close`, {
      reason,
      override: 'The review follows',
    })

  const { now } = await advance(1000)
  const twoToday = Math.floor(now / 86_400_000) * 86_400_000 + 14 * 60 * minute
  const two = twoToday < now + 3 * 60 * minute ? twoToday + 86_400_000 : twoToday
  /** Minutes after two, and seconds. */
  const at = async (minutes: number, seconds = 0) => {
    const { now } = await advance(0)
    await advance(two + minutes * minute + seconds * 1000 - now)
  }

  const people = new Map<string, { id: string; token: string }>()
  for (const name of names) people.set(name.split(' ')[0] ?? name, await makePerson(url, rootToken, name))
  const tokenOf = (name: string) => people.get(name)?.token ?? ''
  const idOf = (name: string) => people.get(name)?.id

  const sockets: { close(): void }[] = []
  const enter = async (name: string, incidentId: string) => {
    const room = await joinRoom(url, tokenOf(name), incidentId)
    sockets.push(room)
    return async (type: string, data: unknown = {}) => {
      const answer = await room.send(type, data)
      if (!answer.ok) throw new Error(`${type}: ${answer.error.message}`)
      return answer.seq
    }
  }

  await at(-260)
  const footer = await declare('Wrong date in the export footer', 'agent-lab', 'P3')
  await at(-40)
  await close(footer, 'The template is put right')
  await at(-12)
  const slow = await declare('Agent runs slow in Mumbai', 'agent-platform', 'P2')
  const lenaInSlow = await enter('Lena', slow)
  await lenaInSlow('incident.acknowledge')
  await lenaInSlow('incident.respond')
  await lenaInSlow('status.set', { to: 'monitoring', reason: 'Scaled up, watching' })

  await at(2)
  const id = await declare('Agent coordination down, coalitions time out', 'freeagentics', 'SEV-1')
  const [priya, tomas, maya, lena, ravi] = [
    await enter('Priya', id),
    await enter('Tomás', id),
    await enter('Maya', id),
    await enter('Lena', id),
    await enter('Ravi', id),
  ]
  await at(3, 48)
  await priya('incident.acknowledge')
  await priya('role.take', { role: 'ic' })
  await tomas('role.take', { role: 'tl' })
  await maya('role.take', { role: 'cl' })
  await lena('role.take', { role: 'scribe' })
  await priya('bridge.set', { url: 'https://meet.example/coordination' })
  await at(5)
  await priya('status.set', { to: 'mitigating', reason: 'The release is the likely cause' })
  await at(8, 20)
  await tomas('incident.respond')
  await priya('flag.set', { flag: 'customer_facing', value: 'yes' })
  await tomas('flag.set', { flag: 'recent_deploy', value: 'yes' })
  for (const task of ['alert-received', 'channel', 'begin'])
    await priya('task.tick', { task: `initial-response/${task}` })
  for (const task of ['severity-impact', 'channel', 'monitoring', 'recent-changes'])
    await tomas('task.tick', { task: `immediate/${task}` })
  await priya('task.assign', { task: 'immediate/status-page', to: { kind: 'role', id: 'cl' } })
  await at(12)
  await tomas('entry.add', {
    kind: 'finding',
    text: 'Release 4.18.0 went out at 13:52, nine minutes before the first lock timeout.',
  })
  await at(13)
  const ratio = await ravi('entry.add', { kind: 'finding', text: 'All workspaces cannot start a run.' })
  for (const task of ['grafana', 'coordination', 'api'])
    await ravi('task.tick', { task: `investigation/${task}` })
  const assign = (task: string, name: string) =>
    priya('task.assign', { task, to: { kind: 'person', id: idOf(name) } })
  await assign('investigation/error-trend', 'Ravi')
  await assign('investigation/logs-database', 'Lena')
  await at(16)
  await tomas('task.tick', { task: 'investigation/logs-errors' })
  await tomas('task.tick', { task: 'investigation/logs-coordination' })
  await priya('task.not-applicable', { task: 'mitigation/instant', reason: 'none exists' })
  await assign('mitigation/rollback', 'Tomás')
  await assign('mitigation/circuit-breakers', 'Lena')
  await at(19)
  const redis = await ravi('chat.send', { text: 'Redis at 95 % of memory, lock keys have no expiry.' })
  await ravi('task.tick', { task: 'investigation/resources' })
  await at(20)
  const pinned = await lena('entry.pin', { ref: redis, kind: 'finding' })
  await at(21)
  await ravi('entry.amend', { ref: ratio, text: '212 of 214 workspaces cannot start a run.' })
  await at(22)
  const decision = await priya('entry.add', {
    kind: 'decision',
    text: 'Roll back to 4.17.3. Do not flush Redis.',
    reason: 'a flush drops 1,140 waiting runs.',
  })
  await at(23)
  await tomas('entry.add', { kind: 'action', text: 'Rollback started, one coordinator at a time.' })
  await at(24)
  await lena('entry.add', {
    kind: 'action',
    text: 'Restarted the API. No change.',
    occurredAt: two + 18 * minute,
  })
  await at(27)
  await lena('chat.send', { text: 'coordinator-2 is on 4.17.3 and just formed a coalition' })
  await at(28)
  await maya('chat.send', { text: '31 tickets so far, replies are ready to send' })

  const document = openDocument(url, tokenOf('Ravi'), id)
  await document.synced
  await document.edit((doc) => write(doc.getXmlFragment('document'), { decision, pinned }))

  const writers: { person: Person; words: string }[] = []
  const writes = async (name: string, words: string) => {
    const person = await newPerson(browser, { baseUrl: url, token: tokenOf(name) })
    writers.push({ person, words })
    await person.page.goto(`/i/${id}`)
    await leaveBrief(person.page)
    await select(person.page, words)
  }
  await at(29, 10)
  await writes('Tomás', 'every restart adds more dead locks')
  await writes('Maya', 'a lock.')
  await at(29, 31)

  return {
    id,
    slow,
    asRoot,
    declare,
    close,
    advance,
    tokenOf,
    async write() {
      for (const { person, words } of writers) {
        await person.page.keyboard.press('Home')
        await select(person.page, words)
      }
    },
    async leave() {
      for (const { person } of writers) await person.leave([/.*/])
      for (const socket of sockets) socket.close()
      document.close()
    },
  }
}

/** The lines that greet somebody who joins are put away. */
export async function leaveBrief(page: Page): Promise<void> {
  const brief = page.getByRole('region', { name: 'Brief' })
  await brief.waitFor({ timeout: 3_000 }).catch(() => undefined)
  await page.keyboard.press('Escape')
  await brief.waitFor({ state: 'detached' })
}

/** Chooses these words in the document, as with the mouse. */
async function select(page: Page, words: string): Promise<void> {
  const paragraph = page.locator('.ProseMirror p', { hasText: words })
  await paragraph.click()
  await paragraph.evaluate((node, wanted) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const from = text.textContent?.indexOf(wanted) ?? -1
      if (from < 0) continue
      document.getSelection()?.setBaseAndExtent(text, from, text, from + wanted.length)
      return
    }
  }, words)
}

type Inline = string | { entry: number } | { task: string }

function write(body: Y.XmlFragment, refs: { decision: number; pinned: number }): void {
  const paragraph = (...parts: Inline[]) => {
    const made = new Y.XmlElement('paragraph')
    made.insert(
      0,
      parts.map((part) => {
        if (typeof part === 'string') return new Y.XmlText(part)
        const reference = new Y.XmlElement('reference')
        reference.setAttribute('kind', 'entry' in part ? 'entry' : 'task')
        reference.setAttribute('id', 'entry' in part ? String(part.entry) : part.task)
        return reference
      }),
    )
    return made
  }
  const code = (lines: readonly string[]) => {
    const made = new Y.XmlElement('codeBlock')
    made.insert(0, [new Y.XmlText(lines.join('\n'))])
    return made
  }
  const fill = (after: string, ...made: Y.XmlElement[]) => {
    const at = body
      .toArray()
      .findIndex((node) => node instanceof Y.XmlElement && node.toString().includes(`>${after}<`))
    if (at < 0) throw new Error(`The document has no section ${after}`)
    body.delete(at + 1, 1)
    body.insert(at + 1, made)
  }
  fill(
    'Summary',
    paragraph(
      'No new coalition has formed since 14:01 UTC. The coordinator accepts requests, waits 30\u00a0s for its lock in Redis, then gives up. Coalitions that already existed keep working. Rollback to 4.17.3 is under way, 3 of 6 coordinators done.',
    ),
  )
  fill(
    'Impact',
    paragraph(
      '212 of 214 workspaces cannot start a multi-agent run. No loss found; 1,140 runs wait in the queue.',
    ),
  )
  fill(
    'Working theory',
    paragraph(
      'Since 4.18.0 the coordinator writes lock keys without an expiry. A holder that dies keeps its lock for ever, and every restart adds more dead locks. Redis says so too: ',
      { entry: refs.pinned },
    ),
    code([
      '14:19:52 ERROR coordination lock wait 30000ms key=coalition:lock:7f3a',
      '14:19:52 WARN  coalition    gave up after 5 of 5 run=run_88121',
      '14:20:03 redis> TTL coalition:lock:7f3a (integer) -1',
    ]),
  )
  fill(
    'Actions taken',
    paragraph('Restarted the API: no change. Rolling back now: ', { task: 'mitigation/rollback' }),
  )
  fill('Decisions', paragraph({ entry: refs.decision }))
  fill(
    'Next',
    paragraph('Finish the rollback, then watch for 15 minutes.'),
    paragraph('Patch that gives every key an expiry, never again without a lock.'),
  )
}
