import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSystemCommand, roomCommandTypes } from '../../shared/incident/commands/registry.ts'
import type { EventType, IncidentEvent } from '../../shared/incident/events.ts'
import { makePerson, publishPlaybook, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

/** How a command is given without a mouse: the words for the palette and the answers to its questions. */
interface Driven {
  /** What is typed to find it; its title where nothing is said. */
  find: string
  /** One for each question; what is typed replaces what stands there. `another`: the key of another incident. */
  answers: (string | { keep: true } | { another: true })[]
  /** The event that has to stand in the log afterwards. */
  event: EventType
  /** Commands of somebody else by REST that make it possible, or what the room needs first. */
  before?: (scene: Scene) => Promise<void>
  /** Under another playbook, in an incident of its own: this one's has no use for it. */
  playbook?: string
  /** What the page has to know first. */
  ready?: (page: Page) => Promise<void>
  /** What that incident needs first. */
  within?: (give: (type: string, data: unknown) => Promise<unknown>) => Promise<unknown>
}

interface Scene {
  url: string
  id: string
  root: string
  me: string
  other: { id: string; token: string }
  /** Gives a command as the other person. */
  asOther: (type: string, data?: unknown) => Promise<void>
  /** Gives a command as the person at the keyboard, from elsewhere. */
  asMe: (type: string, data?: unknown) => Promise<void>
  events: (id?: string) => Promise<IncidentEvent[]>
}

const why = 'By keyboard alone'
/** For machines that do other things as well. */
const patience = { timeout: 15_000 }

/** Every command of the registry that a person gives, in an order in which each is possible. */
const driven: Record<string, Driven> = {
  'incident.acknowledge': { find: 'Acknowledge', answers: [], event: 'incident.acknowledged' },
  'incident.respond': { find: 'Respond', answers: [], event: 'incident.responded' },
  'severity.set': { find: 'Change severity', answers: ['P1', why], event: 'severity.changed' },
  'status.set': { find: 'Change status', answers: ['mitigating', why], event: 'status.changed' },
  'title.set': { find: 'Change title', answers: ['Payments fail in one region'], event: 'title.changed' },
  'role.take': { find: 'Take role', answers: ['Incident Commander'], event: 'role.taken' },
  'role.offer': { find: 'Offer role', answers: ['Technical Lead', 'Tomás'], event: 'role.offered' },
  'role.accept': {
    find: 'Accept role',
    answers: ['Scribe'],
    event: 'role.accepted',
    before: ({ asOther, me }) => asOther('role.offer', { role: 'scribe', to: me }),
  },
  'role.release': { find: 'Release role', answers: ['Scribe'], event: 'role.released' },
  'role.decline': {
    find: 'Decline',
    answers: ['Communications Lead'],
    event: 'role.declined',
    before: ({ asOther, me }) => asOther('role.offer', { role: 'cl', to: me }),
  },
  'role.request': {
    find: 'Ask for role',
    answers: ['Communications Lead'],
    event: 'role.requested',
    before: ({ asOther }) => asOther('role.take', { role: 'cl' }),
  },
  'task.tick': { find: 'Tick task', answers: ['It is real'], event: 'task.ticked' },
  'task.untick': { find: 'Untick task', answers: ['It is real'], event: 'task.unticked' },
  'task.not-applicable': { find: 'Not applicable', answers: ['staging', why], event: 'task.not-applicable' },
  'task.assign': { find: 'Assign task', answers: ['First findings', 'Tomás'], event: 'task.assigned' },
  'task.add': { find: 'Add task', answers: ['Resolution', 'Call the supplier'], event: 'task.added' },
  'task.reword': {
    find: 'Reword task',
    answers: ['related alerts', 'Related alerts read'],
    event: 'task.reworded',
  },
  'task.move': { find: 'Move task', answers: ['The right people know', 'top'], event: 'task.moved' },
  'task.outcome': {
    find: 'Note what came of it',
    answers: ['First findings', 'The pool is full'],
    event: 'task.outcome',
  },
  'task.time': { find: 'Set a timer', answers: ['First findings', 'In 15'], event: 'task.timed' },
  'fix.regress': {
    find: 'It shows again',
    answers: [why],
    event: 'fix.regressed',
    before: ({ asMe }) =>
      asMe('time.set', { time: 'fix_deployed', at: Date.now(), reason: 'From the pipeline' }),
  },
  'phase.enter': { find: 'Begin phase', answers: ['Triage'], event: 'phase.entered' },
  'phase.leave': { find: 'End phase', answers: ['Triage'], event: 'phase.left' },
  'procedure.start': {
    find: 'Start procedure',
    answers: ['Classify', 'An alert of the uptime check'],
    event: 'procedure.started',
    playbook: 'agent-network',
  },
  'procedure.end': {
    find: 'End procedure',
    answers: ['Classify', 'P1, all users'],
    event: 'procedure.ended',
    playbook: 'agent-network',
    within: (give) => give('procedure.start', { procedure: 'classify' }),
  },
  'runbook.attach': {
    find: 'Attach runbook',
    answers: ['API Service Down'],
    event: 'runbook.attached',
  },
  'runbook.find': { find: 'Choose finding', answers: ['exhausted'], event: 'runbook.found' },
  'command.note': {
    find: 'Note a command',
    answers: ['State of the pods', { keep: true }],
    event: 'entry.added',
  },
  'runbook.detach': { find: 'Detach runbook', answers: ['API', why], event: 'runbook.detached' },
  'follow-up.add': {
    find: 'Note for afterwards',
    answers: ['Alert on the pool'],
    event: 'follow-up.noted',
  },
  'chat.send': { find: 'Send', answers: ['Anybody here?'], event: 'chat.sent' },
  'chat.edit': { find: 'Edit message', answers: ['Anybody', 'Is anybody here?'], event: 'chat.edited' },
  'entry.pin': { find: 'Pin to timeline', answers: ['Is anybody', 'Finding'], event: 'entry.pinned' },
  'chat.delete': { find: 'Delete message', answers: ['Is anybody'], event: 'chat.deleted' },
  'entry.add': {
    find: 'Record',
    answers: ['Decision', '-5m Roll back', 'It worked before'],
    event: 'entry.added',
  },
  'entry.add-thread': {
    find: 'Record thread',
    answers: ['00:01 lena: It is back\n00:02 ravi: Not here', 'Finding'],
    event: 'entry.added',
  },
  'entry.amend': { find: 'Amend entry', answers: ['Roll back', 'Rolled back'], event: 'entry.amended' },
  'entry.strike': { find: 'Strike entry', answers: ['Rolled back', why], event: 'entry.struck' },
  'component.add': { find: 'Add component', answers: ['checkout'], event: 'component.added' },
  'component.remove': { find: 'Remove component', answers: ['checkout'], event: 'component.removed' },
  'flag.set': { find: 'Answer question', answers: ['security', 'No'], event: 'flag.set' },
  'triage.answer': {
    find: 'Answer triage',
    answers: ['How many users', 'All'],
    event: 'triage.answered',
    playbook: 'agent-network',
  },
  'time.set': { find: 'Correct time', answers: ['Impact began', '-20m', why], event: 'time.set' },
  'bridge.set': { find: 'Set bridge', answers: ['https://meet.example.org/k7qf'], event: 'bridge.changed' },
  'incident.link': {
    find: 'Link incident',
    answers: ['Has to do with this one', { another: true }],
    event: 'incident.linked',
  },
  'incident.unlink': { find: 'Remove link', answers: [{ another: true }], event: 'incident.unlinked' },
  'bridge.remove': { find: 'Remove bridge', answers: [], event: 'bridge.changed' },
  'playbook.adopt': {
    find: 'Update playbook',
    answers: ['Version 2'],
    event: 'playbook.adopted',
    before: async ({ url, root }) => {
      const source = readFileSync('shared/playbooks/agent-platform.yaml', 'utf8')
      await publishPlaybook(
        url,
        root,
        source.replace('Watch until it has cleared', 'Watch until it is clear'),
      )
    },
    ready: async (page) => {
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
      await page.getByText('Version 2 of the playbook is published.').waitFor()
    },
  },
  'escalation.hold': {
    find: 'Hold back',
    answers: ['Secondary on-call', why],
    event: 'escalation.held',
    before: ({ asMe }) => asMe('role.take', { role: 'ic' }),
  },
  'escalation.let-go': { find: 'Let go on', answers: ['Secondary on-call'], event: 'escalation.let-go' },
  'escalation.press': { find: 'Escalate', answers: ['', why], event: 'escalation.stepped' },
  'escalation.skip': { find: 'Skip step', answers: ['The team lead', why], event: 'escalation.skipped' },
  'responder.name': {
    find: 'Name first responder',
    answers: ['Team Lead'],
    event: 'responder.named',
    playbook: 'agent-network',
  },
  'deadline.meet': {
    find: 'Mark as done',
    answers: [''],
    event: 'clock.met',
    before: async ({ asMe }) => {
      for (const task of ['resolution/monitor', 'resolution/confirm']) await asMe('task.tick', { task })
      await asMe('status.set', { to: 'resolved', reason: 'It is over' })
    },
  },
  // One deadline after the incident is met by now, the other is waived with the second answer.
  'incident.close': {
    find: 'Close incident',
    answers: ['It is over', why, 'The review is next week'],
    event: 'incident.closed',
  },
  'incident.reopen': { find: 'Reopen incident', answers: ['It is back', why], event: 'incident.reopened' },
}

/** Opens the palette, finds the act and answers its questions. Only keys. */
async function give(page: Page, { find, answers }: Pick<Driven, 'find' | 'answers'>): Promise<void> {
  const { keyboard } = page
  await keyboard.press('Control+k')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'What to do, or where to go' }).waitFor()
  await keyboard.type(find)
  await expect
    .poll(() => dialog.getByRole('option', { selected: true }).textContent(), patience)
    .toMatch(new RegExp(`^\\s*${find}`))
  await keyboard.press('Enter')
  for (const [at, answer] of answers.entries()) {
    // The question before is answered when its words stand in the trail.
    await expect
      .poll(() => dialog.locator('.asked span').count(), {
        ...patience,
        message: `${find}, question ${at + 1}`,
      })
      .toBe(at)
    await dialog.locator('input:focus, textarea:focus').waitFor()
    await keyboard.press('Control+a')
    if (typeof answer === 'string' && answer !== '') await keyboard.insertText(answer)
    await keyboard.press('Enter')
  }
  await dialog.waitFor({ state: 'detached' })
}

describe('the keyboard', () => {
  let server: RunningServer
  let browser: Browser
  let person: Person
  let scene: Scene
  let another = ''

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    const root = server.rootToken
    const [me, other] = [
      await makePerson(server.url, root, 'Maya Okafor'),
      await makePerson(server.url, root, 'Tomás Rivera'),
    ]
    const { id } = await rest<{ id: string }>(server.url, root, 'POST', '/api/incidents', {
      title: 'Payments fail',
      playbook: 'agent-platform',
      severity: 'P2',
    })
    const second = { title: 'Refunds fail', playbook: 'agent-platform', severity: 'P3' }
    another = (await rest<{ key: string }>(server.url, root, 'POST', '/api/incidents', second)).key
    const as =
      (token: string) =>
      async (type: string, data: unknown = {}) =>
        void (await rest(server.url, token, 'POST', `/api/incidents/${id}/commands/${type}`, data))
    scene = {
      url: server.url,
      id,
      root,
      me: me.id,
      other,
      asOther: as(other.token),
      asMe: as(me.token),
      events: async (of = id) => {
        const all: IncidentEvent[] = []
        for (;;) {
          const path = `/api/incidents/${of}/events?after=${all.length}`
          const page = await rest<{ events: IncidentEvent[] }>(server.url, root, 'GET', path)
          if (page.events.length === 0) return all
          all.push(...page.events)
        }
      },
    }
    // Whom one hands over to has to be known in the room.
    await scene.asOther('chat.send', { text: 'Here.' })
    person = await newPerson(browser, { baseUrl: server.url, token: me.token })
    await person.page.goto(`/i/${id}`)
    await person.page.getByRole('checkbox').first().waitFor()
  })
  afterAll(async () => {
    await person?.leave()
    await browser?.close()
    await server?.stop()
  })

  const goTo = async (id: string) => {
    await person.page.goto(`/i/${id}`)
    await person.page.getByRole('checkbox').first().waitFor()
  }
  const goUnder = async (playbook: string) => {
    const given = { title: 'Sockets drop', playbook, severity: 'P1' }
    const { id } = await rest<{ id: string }>(scene.url, scene.root, 'POST', '/api/incidents', given)
    await goTo(id)
    return id
  }
  const mine = async (type: EventType, id = scene.id) =>
    (await scene.events(id)).filter((e) => e.type === type && e.actor.id === scene.me)

  it('is shown for every command that people give', () => {
    const given = roomCommandTypes.filter((type) => !isSystemCommand(type))
    expect(given.filter((type) => !Object.hasOwn(driven, type))).toEqual([])
    expect(Object.keys(driven).filter((type) => !given.some((g) => g === type))).toEqual([])
  })

  it.each(Object.entries(driven))('gives %s', async (_type, how) => {
    await how.before?.(scene)
    const id = how.playbook === undefined ? scene.id : await goUnder(how.playbook)
    await how.within?.((type, data) =>
      rest(scene.url, scene.root, 'POST', `/api/incidents/${id}/commands/${type}`, data),
    )
    const before = (await mine(how.event, id)).length
    await how.ready?.(person.page)
    const answers = how.answers.map((one) => (typeof one === 'object' && 'another' in one ? another : one))
    await give(person.page, { find: how.find, answers })
    await expect.poll(async () => (await mine(how.event, id)).length, patience).toBeGreaterThan(before)
    if (how.playbook !== undefined) await goTo(scene.id)
    expect(person.errors()).toEqual([])
  })
})
