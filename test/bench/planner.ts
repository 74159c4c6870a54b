import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from '../../scripts/lib/freshness.mjs'
import type { Actor } from '../../shared/incident/actor.ts'
import { deadlines } from '../../shared/incident/deadlines.ts'
import { decideDeclare } from '../../shared/incident/decide.ts'
import { escalationPlan } from '../../shared/incident/escalation/plan.ts'
import { event, type NewEvent } from '../../shared/incident/events.ts'
import { evolve } from '../../shared/incident/evolve.ts'
import { gatesBefore } from '../../shared/incident/gates.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import { flatTasks, taskLists } from '../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../shared/playbook/load.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import { type Figure, quantile } from './figures.ts'

const kim: Actor = { kind: 'person', id: 'kim', role: 'responder' }
const events = 1_000
const rounds = 1_000
const now = Date.UTC(2026, 0, 5, 12)

/** What is due, who is called, what comes before the end: all of it, for one long incident under the largest playbook. */
export function measurePlanner(repetitions: number): Figure {
  const playbook = largest()
  const state = longIncident(playbook)
  const plan = () => {
    deadlines(state, playbook)
    escalationPlan(state, playbook, now + 20 * 60_000)
    gatesBefore(state, playbook, 'closed')
  }
  for (let i = 0; i < rounds; i++) plan()
  return {
    name: `plan of ${events} events, ${playbook.id}`,
    database: 'embedded',
    unit: 'ms',
    target: 1,
    repetitions: Array.from({ length: repetitions }, () => {
      const took = Array.from({ length: rounds }, () => {
        const from = performance.now()
        plan()
        return performance.now() - from
      })
      return { value: quantile(took, 0.5), p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
    }),
  }
}

/** Half of its tasks ticked, the rest messages. */
function longIncident(playbook: Playbook): IncidentState {
  const severity = playbook.severities[0]?.key ?? null
  const declared = decideDeclare(
    { title: 'It is down', severity, alertFiredAt: now },
    { now, actor: kim, commandId: 'declare-0', key: 'K7QF', playbook, hash: 'a'.repeat(64) },
  )
  if (!declared.ok) throw new Error(declared.error.message)
  let state = declared.state
  const tell = (made: NewEvent) => {
    const seq = state.seq + 1
    state = evolve(state, {
      ...made,
      seq,
      at: now,
      occurredAt: now,
      actor: kim,
      commandId: `command-${seq}`,
      hash: '',
    })
  }
  const tasks = flatTasks(taskLists(state, playbook))
  for (const task of tasks.slice(0, tasks.length / 2)) tell(event('task.ticked', { task: task.id }))
  while (state.seq < events) tell(event('chat.sent', { text: 'Still here', mentions: [], snippet: false }))
  return state
}

/** By the number of everything it says. */
function largest(): Playbook {
  const folder = join(root, 'shared/playbooks')
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => {
      const read = loadPlaybook(readFileSync(join(folder, file), 'utf8'), basename(file, '.yaml'))
      return read.ok ? [read.playbook] : []
    })
  const size = (playbook: Playbook) => JSON.stringify(playbook).length
  const [first] = all.sort((a, b) => size(b) - size(a))
  if (first === undefined) throw new Error('there is no playbook')
  return first
}
