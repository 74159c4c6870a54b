import type { Actor } from '../../shared/incident/actor.ts'
import type { DeclareData } from '../../shared/incident/commands/declare.ts'
import { decideDeclare } from '../../shared/incident/decide.ts'
import { permitted } from '../../shared/incident/permissions.ts'
import type { PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { CommandAnswer, CommandError } from '../../shared/protocol/errors.ts'
import { DatabaseError } from '../platform/database.ts'
import { describe } from './answers.ts'
import type { HandlerParts } from './command-handler.ts'
import { chain } from './event-log.ts'
import { chainStart } from './hash-chain.ts'
import { answerKey } from './incident-store.ts'

export type DeclareAnswer =
  | { ok: true; id: string; seq: number; key: string }
  | { ok: false; error: CommandError }

/** Opening incidents: the one command that has no incident, no row lock and no queue yet. */
export function createDeclaring(parts: HandlerParts) {
  const { database, store, clock, logger, ids } = parts

  /**
   * Opens an incident. Unique by (actor, command id): a resend gets the first answer. Validated data only.
   */
  async function declare(
    actor: Actor,
    commandId: string,
    data: DeclareData,
    published: PublishedPlaybook,
  ): Promise<DeclareAnswer> {
    const verdict = permitted(actor, 'incident.declare')
    if (!verdict.allow) return { ok: false, error: { code: 'forbidden', message: verdict.reason } }
    for (let attempt = 0; ; attempt++) {
      const earlier = await declaredBefore(actor, commandId)
      if (earlier !== null) return earlier
      try {
        return await declareOnce(actor, commandId, data, published, attempt === 0 ? 4 : 5)
      } catch (error) {
        // The key exists already, or the same declaration arrived twice at once: both are settled by another look.
        const again =
          error instanceof DatabaseError && (error.kind === 'unique' || error.kind === 'unknown-outcome')
        if (!again || attempt >= 8) return { ok: false, error: describe(error, logger) }
      }
    }
  }

  async function declaredBefore(actor: Actor, commandId: string): Promise<DeclareAnswer | null> {
    try {
      const found = await store.answers(database, '', [commandId])
      const answer = found.get(answerKey(actor.id, commandId))
      // Kept by `create`, which adds id and key to the answer.
      return answer === undefined ? null : (answer as DeclareAnswer)
    } catch (error) {
      return { ok: false, error: describe(error, logger) }
    }
  }

  async function declareOnce(
    actor: Actor,
    commandId: string,
    data: DeclareData,
    published: PublishedPlaybook,
    keyLength: 4 | 5,
  ): Promise<DeclareAnswer> {
    const id = ids.incident()
    const key = ids.key(keyLength)
    const { playbook, hash } = published
    const decision = decideDeclare(data, { now: clock.now(), actor, commandId, key, playbook, hash })
    if (!decision.ok) return { ok: false, error: decision.error }
    const chained = chain(chainStart(id), decision.events)
    const { state } = decision
    const fresh = { id, seq: state.seq, hash: chained.hash, state, playbook }
    const answer: CommandAnswer = { ok: true, seq: state.seq }
    const incident = await database.transaction(async (tx) => {
      const created = await store.create(tx, fresh, chained, { actorId: actor.id, commandId, answer })
      await parts.onCreate(tx, created)
      return created
    })
    store.remember(incident)
    parts.committed(incident, chained.events)
    return { ok: true, id, seq: state.seq, key }
  }

  return declare
}
