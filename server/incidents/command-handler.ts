import { type Actor, systemActor } from '../../shared/incident/actor.ts'
import { type AlsoIn, addSince, type Refs } from '../../shared/incident/commands/define.ts'
import type { ParsedCommand } from '../../shared/incident/commands/parse.ts'
import {
  definitionOf,
  isSystemCommand,
  type RoomCommandType,
} from '../../shared/incident/commands/registry.ts'
import { decide, playbookAfter } from '../../shared/incident/decide.ts'
import type { IncidentEvent, OtherIncident } from '../../shared/incident/events.ts'
import { permitted } from '../../shared/incident/permissions.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import { type CommandAnswer, type CommandError, isPassing } from '../../shared/protocol/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queryable } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import { describe, isOutage, isUnknownOutcome, refusal } from './answers.ts'
import { createDeclaring, type DeclareAnswer } from './declaring.ts'
import { chain, type EventLog } from './event-log.ts'
import type { Ids } from './ids.ts'
import { type AnswerRow, answerKey, type Incident, type IncidentStore } from './incident-store.ts'

export interface HandlerParts {
  database: Database
  store: IncidentStore
  log: EventLog
  clock: Clock
  logger: Logger
  ids: Ids
  /** Names of people, and when they were last seen; read before the transaction begins. */
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** Those of these people who can be in the room: whom a command may name. */
  members(incidentId: string, ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** A published version of a playbook, by the hash of its content. */
  playbookByHash(hash: string): Promise<PublishedPlaybook | undefined>
  lastSeen(incidentId: string, people: readonly string[]): Promise<Map<string, number>>
  /** Runs in the transaction that creates an incident: its documents. */
  onCreate(tx: Queryable, incident: Incident): Promise<void>
  /** Runs in the transaction that appends: what must change with an event. */
  onAppend(
    tx: Queryable,
    incidentId: string,
    events: readonly IncidentEvent[],
    state: IncidentState,
  ): Promise<void>
  /** Called after the commit, never before (rule 3). */
  committed(incident: Incident, events: readonly IncidentEvent[]): void
}

interface Waiting {
  actor: Actor
  command: ParsedCommand
  answer: (a: CommandAnswer) => void
}

type LoadedRefs = Pick<Refs, 'people' | 'seen' | 'playbooks'> & {
  incidents: ReadonlyMap<string, OtherIncident>
}

/** Commands decided in one transaction, and events that long ones may become; more wait for the next. */
const mostPerCommit = 64
const mostEventsPerCommit = 256
/** Commands that may wait for one incident; more are told to come back. */
const mostWaiting = 2_000

/**
 * The one door in (rule 1). Commands of one incident are decided in order under its row lock; those that arrive
 * while a commit runs share the next one. An answer is given only after the commit.
 */
export function createCommandHandler(parts: HandlerParts) {
  const { database, store, log, clock, logger, ids } = parts
  const queues = new Map<string, Waiting[]>()
  const running = new Set<Promise<void>>()
  const startedAt = clock.now()
  let stopped = false

  /** Decides one validated command for `actor`. Never throws; passing troubles are answers too. */
  function submit(incidentId: string, actor: Actor, command: ParsedCommand): Promise<CommandAnswer> {
    const denied = denial(actor, command.type, incidentId)
    if (denied !== null) return Promise.resolve({ ok: false, error: denied })
    if (stopped) return Promise.resolve(restarting())
    const answered = enqueue(incidentId, actor, command)
    const also = definitionOf(command.type).alsoIn?.(command.data) ?? null
    return also === null
      ? answered
      : answered.then((answer) => echo(incidentId, actor, command.id, also, answer))
  }

  function enqueue(incidentId: string, actor: Actor, command: ParsedCommand): Promise<CommandAnswer> {
    return new Promise((answer) => {
      const queue = queues.get(incidentId)
      if (queue === undefined) {
        queues.set(incidentId, [{ actor, command, answer }])
        const run = drain(incidentId).finally(() => running.delete(run))
        running.add(run)
      } else if (queue.length >= mostWaiting) {
        answer(refusal('too-fast', 'Too much at once in this incident. Try again in a moment.'))
      } else {
        queue.push({ actor, command, answer })
      }
    })
  }

  /**
   * Once a command was taken, what it means for another incident is written there too, before it is answered: whoever
   * sends it again after a crash in between gets that made good, because both are kept under the same id.
   */
  async function echo(
    incidentId: string,
    actor: Actor,
    id: string,
    also: AlsoIn,
    answer: CommandAnswer,
  ): Promise<CommandAnswer> {
    if (!answer.ok) return answer
    try {
      const self = await store.load(incidentId)
      const other = (await store.byKeys([also.incident])).get(also.incident)
      if (self === null || other === undefined) return answer
      const told = await submit(other.id, actor, { id, type: also.type, data: also.data(self.state.key) })
      if (!told.ok)
        logger.warn({ incident: other.id, code: told.error.code }, 'the other incident was not told')
    } catch (error) {
      logger.warn({ err: error }, 'the other incident was not told')
    }
    return answer
  }

  async function drain(incidentId: string): Promise<void> {
    const queue = queues.get(incidentId)
    if (queue === undefined) return
    while (queue.length > 0) await decideTogether(incidentId, queue.splice(0, nextCommit(queue)))
    queues.delete(incidentId)
  }

  async function decideTogether(incidentId: string, batch: Waiting[]): Promise<void> {
    try {
      const answers = await commit(incidentId, batch)
      for (const [index, item] of batch.entries()) item.answer(answers[index] ?? internal())
    } catch (error) {
      store.forget(incidentId)
      if (batch.length > 1 && !isUnknownOutcome(error) && !isOutage(error)) {
        // Alone, so that only the guilty one is refused.
        for (const item of batch) await decideTogether(incidentId, [item])
        return
      }
      const settled = isUnknownOutcome(error) ? await lookUp(incidentId, batch) : null
      for (const item of batch) {
        const known = settled?.get(answerKey(item.actor.id, item.command.id))
        item.answer(known ?? { ok: false, error: describe(error, logger) })
      }
    }
  }

  /** The connection broke while committing: what was kept tells what happened. */
  async function lookUp(incidentId: string, batch: Waiting[]): Promise<Map<string, CommandAnswer> | null> {
    try {
      return await store.answers(
        database,
        incidentId,
        batch.map((item) => item.command.id),
      )
    } catch {
      return null
    }
  }

  async function commit(incidentId: string, batch: Waiting[]): Promise<CommandAnswer[]> {
    // Who holds a role may have changed on another node: whose presence is asked for has to be the holder's of now.
    const takesRole = batch.some((item) => item.command.type === 'role.take')
    const cached = takesRole ? undefined : store.cached(incidentId)
    const before = cached ?? (await store.load(incidentId))
    if (before === null) return batch.map(() => notFound())
    const [people, playbooks, incidents] = await Promise.all([
      peopleRefs(incidentId, before.state, batch),
      playbookRefs(batch),
      store.byKeys(
        batch.flatMap((item) => definitionOf(item.command.type).incidents?.(item.command.data) ?? []),
      ),
    ])
    const refs = { ...people, playbooks, incidents }
    const result = await database.transaction((tx) => decideAll(tx, incidentId, batch, refs))
    if (result.incident !== null) {
      store.remember(result.incident)
      parts.committed(result.incident, result.events)
    }
    return result.answers
  }

  async function decideAll(
    tx: Queryable,
    incidentId: string,
    batch: Waiting[],
    loaded: LoadedRefs,
  ): Promise<{ answers: CommandAnswer[]; incident: Incident | null; events: IncidentEvent[] }> {
    const before = await store.lock(tx, incidentId)
    if (before === null) return { answers: batch.map(() => notFound()), incident: null, events: [] }
    const given = await store.answers(
      tx,
      incidentId,
      batch.map((item) => item.command.id),
    )
    const seqs = batch.flatMap((item) => definitionOf(item.command.type).events?.(item.command.data) ?? [])
    const events = await log.bySeqs(tx, incidentId, seqs)
    const since = await log.since(tx, incidentId, seqs)
    const now = Math.max(clock.now(), before.state.at)
    const answers: CommandAnswer[] = []
    const kept: AnswerRow[] = []
    const decided: IncidentEvent[] = []
    let state = before.state
    let playbook = before.playbook
    for (const { actor, command } of batch) {
      const key = answerKey(actor.id, command.id)
      const first = given.get(key)
      if (first !== undefined) {
        answers.push(first)
        continue
      }
      const incidents = new Map(
        [...loaded.incidents].filter(
          ([, other]) => other.id !== incidentId && permitted(actor, 'incident.read', other).allow,
        ),
      )
      const decision = decide(state, command, {
        now,
        actor,
        playbook,
        refs: { ...loaded, incidents, events, since },
      })
      let answer: CommandAnswer
      if (decision.ok) {
        state = decision.state
        playbook = playbookAfter(state, { playbook, refs: { ...loaded, events, since } })
        for (const e of decision.events) {
          decided.push(e)
          events.set(e.seq, e)
        }
        addSince(since, decision.events)
        answer = { ok: true, seq: state.seq }
      } else {
        answer = { ok: false, error: decision.error }
      }
      answers.push(answer)
      given.set(key, answer)
      const keep = !isSystemCommand(command.type) && (answer.ok || !isPassing(answer.error.code))
      if (keep) kept.push({ actorId: actor.id, commandId: command.id, answer })
    }
    const chained = chain(before.hash, decided)
    // "Look at the clock" with nothing due still moves `next_due_at` on, so that no timer spins (rule 5).
    const looked = batch.some((item) => item.command.type === 'clock.look')
    if (decided.length === 0 && kept.length === 0 && !looked) return { answers, incident: null, events: [] }
    const incident = await store.append(tx, { ...before, playbook }, state, chained, kept, now)
    if (chained.events.length > 0) await parts.onAppend(tx, incidentId, chained.events, state)
    return { answers, incident, events: chained.events }
  }

  /** What decisions may ask about people; read outside the transaction, which holds the only embedded connection. */
  async function peopleRefs(
    incidentId: string,
    state: IncidentState,
    batch: Waiting[],
  ): Promise<Pick<Refs, 'people' | 'seen'>> {
    const named = batch.flatMap((item) => definitionOf(item.command.type).people?.(item.command.data) ?? [])
    const holders = Object.values(state.roles).flatMap((r) => (r.holder === null ? [] : [r.holder.person]))
    const takes = batch.some((item) => item.command.type === 'role.take')
    const [members, names, seen] = await Promise.all([
      parts.members(incidentId, named),
      parts.names(holders),
      takes ? parts.lastSeen(incidentId, holders) : Promise.resolve(new Map<string, number>()),
    ])
    // A server that has just started has seen nobody yet: that is no absence.
    for (const id of takes ? holders : []) if (!seen.has(id)) seen.set(id, startedAt)
    return { people: new Map([...names, ...members]), seen }
  }

  /** Versions that commands name: read before the transaction, kept in memory once read. */
  async function playbookRefs(batch: Waiting[]): Promise<Map<string, Playbook>> {
    const hashes = batch.flatMap(
      (item) => definitionOf(item.command.type).playbook?.(item.command.data) ?? [],
    )
    const found = new Map<string, Playbook>()
    for (const hash of new Set(hashes)) {
      const one = await parts.playbookByHash(hash)
      if (one !== undefined) found.set(hash, one.playbook)
    }
    return found
  }

  const declaring = createDeclaring(parts)

  return {
    submit,
    /** Opens an incident; see {@link createDeclaring}. */
    declare(...given: Parameters<typeof declaring>): Promise<DeclareAnswer> {
      if (stopped) return Promise.resolve(restarting())
      const answer = declaring(...given)
      const run = answer.then(() => {}).finally(() => running.delete(run))
      running.add(run)
      return answer
    },
    /** A command of Muster itself. */
    asSystem: (incidentId: string, type: RoomCommandType, data: unknown) =>
      submit(incidentId, systemActor, { id: ids.command(), type, data }),
    /** Takes no more, and waits until everything taken is answered. */
    async stop(): Promise<void> {
      stopped = true
      await Promise.all([...running])
    },
    /** Waits until what is under way now is answered. */
    async idle(): Promise<void> {
      await Promise.all([...running])
    },
  }
}

export type CommandHandler = ReturnType<typeof createCommandHandler>

/** How many of those who wait are decided next, at least one: other incidents wait for the same database. */
function nextCommit(queue: readonly Waiting[]): number {
  let events = 0
  const beyond = queue.findIndex(({ command }) => {
    events += definitionOf(command.type).size?.(command.data) ?? 1
    return events > mostEventsPerCommit
  })
  return Math.min(mostPerCommit, beyond < 0 ? queue.length : Math.max(1, beyond))
}

/** Foreign and missing incidents answer alike, so that nobody learns what exists. */
function denial(actor: Actor, type: RoomCommandType, incidentId: string): CommandError | null {
  const scope = { id: incidentId }
  if (!permitted(actor, 'incident.read', scope).allow) return notFoundError()
  const verdict = permitted(actor, type, scope)
  return verdict.allow ? null : { code: 'forbidden', message: verdict.reason }
}

function notFoundError(): CommandError {
  return { code: 'not-found', message: 'There is no such incident.' }
}

function notFound(): CommandAnswer {
  return { ok: false, error: notFoundError() }
}

function restarting() {
  return refusal('unavailable', 'The server is restarting. Try again in a moment.')
}

function internal(): CommandAnswer {
  return refusal('internal', 'Something went wrong here. Nothing was changed.')
}
