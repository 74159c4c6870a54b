import { type Moment, moments, type Playbook } from '../playbook/model.ts'
import type { CommandError } from '../protocol/errors.ts'
import type { Actor } from './actor.ts'
import { type DeclareData, declareSchema } from './commands/declare.ts'
import { declaredTriage } from './commands/declared-triage.ts'
import type { DecideContext } from './commands/define.ts'
import { futureToleranceMs } from './commands/fields.ts'
import { madeOfflineAt } from './commands/offline.ts'
import { firstIssue, type ParsedCommand } from './commands/parse.ts'
import { definitionOf } from './commands/registry.ts'
import { type Deadline, deadlines, endsByItself, hasPassed } from './deadlines.ts'
import { escalationPlan } from './escalation/plan.ts'
import { type EventActor, event, type IncidentEvent, type NewEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { stoppedAt } from './facts.ts'
import { keptBy, keptWords } from './role-rights.ts'
import { bytesWhenFull, isTooFull } from './size.ts'
import { missedMark } from './standing.ts'
import { type IncidentState, stateLimitBytes } from './state.ts'

/** An accepted command: its events in order (their hash still empty) and the state after them. */
export type Decision =
  | { ok: true; events: IncidentEvent[]; state: IncidentState }
  | { ok: false; error: CommandError }

/**
 * state + command -> events, or the reason why not. Pure. Every accepted command first records what fell due by
 * `now`, so that a breach always stands before the act that came too late; then itself; then the clocks it
 * stopped; then what its change made overdue at once (R7). `now` is raised to the newest event's time: `at`
 * never decreases within an incident. What was made offline happened when it was made, and is judged now.
 */
export function decide(state: IncidentState, command: ParsedCommand, given: DecideContext): Decision {
  const now = Math.max(given.now, state.at)
  const madeAt = madeOfflineAt(command.type, command.madeAt, {
    now,
    declaredAt: state.times.declared ?? now,
  })
  const context: DecideContext = { ...given, now, ...(madeAt === undefined ? {} : { madeAt }) }
  const definition = definitionOf(command.type)
  if (state.status.value === 'closed' && !definition.whenClosed)
    return no({ code: 'closed', message: 'The incident is closed. Reopen it to go on.' })
  const log = new Log(state, command.id, context)
  log.addDue()
  const right = definition.right?.(log.state, command.data) ?? null
  const kept = right === null ? null : keptBy(right, log.state, context)
  if (right !== null && kept !== null)
    return no({
      code: 'forbidden',
      message: keptWords(right, kept, context.refs.people.get(kept.holder)?.name ?? 'Somebody'),
    })
  const outcome = definition.decide(log.state, command.data, context)
  if (!outcome.ok) return no(outcome.error)
  if (outcome.events.length === 0 && command.type !== 'clock.look') return { ok: true, events: [], state }
  for (const e of outcome.events)
    log.add({ ...e, occurredAt: e.occurredAt ?? madeAt ?? now }, actorOf(context.actor))
  const playbook = playbookAfter(log.state, context)
  log.runBy(playbook)
  log.addMet()
  log.addDue()
  if (definition.grows && isTooFull(state, log.state, playbook))
    return no({
      code: 'too-large',
      message: 'This incident holds as many tasks and facts as fit. Shorten or merge some.',
    })
  return { ok: true, events: log.events, state: log.state }
}

/**
 * The first event of an incident, or why not. `key` is what people say; `data` is untrusted.
 * A severity the playbook does not have, or a time in the future, is refused.
 */
export function decideDeclare(
  data: DeclareData,
  context: { now: number; actor: Actor; commandId: string; key: string; playbook: Playbook; hash: string },
): Decision {
  const { playbook, now } = context
  if (data.severity != null && !playbook.severities.some((s) => s.key === data.severity))
    return no({
      code: 'invalid',
      field: 'severity',
      message: `${playbook.product} has no severity ${data.severity}. Choose one of ${playbook.severities.map((s) => s.key).join(', ')}.`,
    })
  const times: Extract<NewEvent, { type: 'incident.declared' }>['data']['times'] = {}
  for (const [field, name] of [
    ['impactBeganAt', 'impact_began'],
    ['alertFiredAt', 'alert_fired'],
    ['detectedAt', 'detected'],
  ] as const) {
    const at = data[field]
    if (at === undefined) continue
    if (at > now + futureToleranceMs)
      return no({ code: 'invalid', field, message: 'That lies in the future.' })
    times[name] = Math.min(at, now)
  }
  const triage = declaredTriage(data, playbook)
  if (!triage.ok) return no(triage.error)
  const first: IncidentEvent = {
    ...event('incident.declared', {
      key: context.key,
      title: data.title,
      playbook: { id: playbook.id, hash: context.hash, version: playbook.version },
      severity: data.severity ?? null,
      times,
      components: distinct(data.components ?? []),
      ...triage.suggested,
    }),
    seq: 1,
    at: now,
    occurredAt: now,
    actor: actorOf(context.actor),
    commandId: context.commandId,
    hash: '',
  }
  const decideContext: DecideContext = {
    now,
    actor: context.actor,
    playbook,
    refs: { events: new Map(), since: new Map(), people: new Map(), seen: new Map() },
  }
  const log = new Log(evolve(null, first), context.commandId, decideContext, [first])
  for (const e of triage.events) log.add(e, actorOf(context.actor))
  log.addDue()
  if (
    log.state.components.length + triage.events.length > 0 &&
    bytesWhenFull(log.state, playbook) > stateLimitBytes
  )
    return no({
      code: 'too-large',
      ...(log.state.components.length > 0
        ? { field: 'components', message: 'These components are too long. Shorten some.' }
        : { field: 'answers', message: 'These answers are too long. Shorten some.' }),
    })
  return { ok: true, events: log.events, state: log.state }
}

/** Validates an untrusted declaration. */
export function parseDeclare(
  data: unknown,
): { ok: true; data: DeclareData } | { ok: false; error: CommandError } {
  const parsed = declareSchema.safeParse(data)
  return parsed.success ? { ok: true, data: parsed.data } : { ok: false, error: firstIssue(parsed.error) }
}

/** The playbook the incident runs by after a command: another one when it was adopted. */
export function playbookAfter(
  state: IncidentState,
  { playbook, refs }: Pick<DecideContext, 'playbook' | 'refs'>,
): Playbook {
  return refs.playbooks?.get(state.playbook.hash) ?? playbook
}

/** What an incident under this playbook takes once all that is always possible has happened, in bytes of its state. */
export function bytesWhenDeclared(playbook: Playbook): number {
  const system: Actor = { kind: 'system', id: 'system' }
  const given = { now: 0, actor: system, commandId: 'size', key: 'SIZE', playbook, hash: '0'.repeat(64) }
  const declared = decideDeclare({ title: 'x'.repeat(200) }, given)
  return declared.ok ? bytesWhenFull(declared.state, playbook) : Number.POSITIVE_INFINITY
}

/** A private log that grows while one command is decided. */
class Log {
  constructor(
    public state: IncidentState,
    private readonly commandId: string,
    private readonly context: DecideContext,
    readonly events: IncidentEvent[] = [],
  ) {
    this.settledAt = Math.min(state.at, context.now)
    this.playbook = context.playbook
  }

  private playbook: Playbook

  /** From here on this version says what is due. */
  runBy(playbook: Playbook): void {
    this.playbook = playbook
  }

  /** Up to here everything that fell due is in the log. */
  private settledAt: number

  add(e: NewEvent, actor: EventActor): void {
    const { now } = this.context
    const added: IncidentEvent = {
      ...e,
      seq: this.state.seq + 1,
      at: now,
      occurredAt: Math.min(e.occurredAt ?? now, now),
      actor,
      commandId: this.commandId,
      hash: '',
    }
    this.events.push(added)
    this.state = evolve(this.state, added)
  }

  /** Records every due time that has passed and was not recorded yet, in order of due time. */
  addDue(): void {
    for (;;) {
      const next = firstDue(this.state, this.playbook, this.context.now)
      const step = firstStep(this.state, this.playbook, this.context.now, this.settledAt)
      if (step !== null && (next === null || step.dueAt < next.firesAt)) {
        this.add(event('escalation.stepped', { ...step, how: 'due' }), { kind: 'system', id: 'system' })
        continue
      }
      if (next === null) {
        // What comes true from here on does so by what happens now.
        this.settledAt = this.context.now
        return
      }
      const data = { clock: next.deadline.id, dueAt: next.dueAt, targetMs: next.targetMs }
      this.add(endsByItself(next.deadline) ? event('clock.elapsed', data) : event('clock.breached', data), {
        kind: 'system',
        id: 'system',
      })
    }
  }

  /** Judges the clocks whose stopping moment has come, under the severity of this moment. */
  addMet(): void {
    for (const d of deadlines(this.state, this.playbook)) {
      if (d.met !== null || !isMoment(d.until)) continue
      const stopped = stoppedAt(this.state, d.until)
      // Without a severity there is nothing to judge by yet; choosing one later judges the moment it stopped.
      // A clock that never began has nothing to judge either.
      if (stopped === undefined || d.target.kind === 'no-severity' || d.from === null) continue
      const missed = missedMark(d, stopped)
      const met = {
        clock: d.id,
        dueAt: missed?.dueAt ?? d.dueAt,
        startedAt: d.from.at,
        stoppedAt: stopped,
        targetMs: missed?.targetMs ?? d.targetMs,
        late: missed !== null,
        // A stop dated back before the mark that passed counts from now: the server's time judges.
        overMs: missed === null ? 0 : (stopped > missed.dueAt ? stopped : this.context.now) - missed.dueAt,
      }
      this.add(event('clock.met', met), { kind: 'system', id: 'system' })
    }
  }
}

function isMoment(until: Deadline['until']): until is Moment {
  return moments.some((moment) => moment === until)
}

function firstDue(
  state: IncidentState,
  playbook: Playbook,
  now: number,
): { deadline: Deadline; dueAt: number; targetMs: number; firesAt: number } | null {
  let first: { deadline: Deadline; dueAt: number; targetMs: number; firesAt: number } | null = null
  for (const deadline of deadlines(state, playbook)) {
    const { dueAt, lateFrom, targetMs } = deadline
    if (deadline.phase !== 'running' || dueAt === null || lateFrom === null || targetMs === null) continue
    if (hasPassed(state.clocks[deadline.id], dueAt)) continue
    const firesAt = endsByItself(deadline) ? dueAt : lateFrom
    if (firesAt > now) continue
    if (first === null || firesAt < first.firesAt) first = { deadline, dueAt, targetMs, firesAt }
  }
  return first
}

/** The step of the plan that fell due first, or null. */
function firstStep(
  state: IncidentState,
  playbook: Playbook,
  now: number,
  since: number,
): { path: string; step: string; dueAt: number } | null {
  let first: { path: string; step: string; dueAt: number } | null = null
  for (const { path, step, standing } of escalationPlan(state, playbook, now, since)) {
    if (standing.kind !== 'due' || (first !== null && standing.dueAt >= first.dueAt)) continue
    first = { path: path.id, step: step.id, dueAt: standing.dueAt }
  }
  return first
}

function actorOf(actor: Actor): EventActor {
  return { kind: actor.kind, id: actor.id }
}

/** Each component once, whatever its capitals. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.filter((name) => {
    const known = seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    return !known
  })
}

function no(error: CommandError): Decision {
  return { ok: false, error }
}
