import { createCircuit } from '../platform/circuit.ts'
import type { Logger } from '../platform/logger.ts'
import { openRedis } from '../platform/redis.ts'
import { LocalRoster, type Roster } from './roster.ts'

/** How long a node's word that somebody is there holds, in ms; renewed three times within it. */
const leaseMs = 10_000
const renewMs = 3_000
/** How long "last seen" is remembered, in seconds. */
const rememberSeconds = 3_600
/** A frozen Redis holds up one question this long, and then nobody for a while. */
const patience = { answerWithinMs: 500, restMs: 5_000 }
const waitingAtMost = 1_000

/**
 * For several nodes: sorted sets `muster:here:<incident>` (member `node|person`, score = end of the lease) and
 * `muster:seen:<incident>` (member person, score = last seen). Times are server ms given by `now`.
 */
export async function createRedisRoster(
  url: string,
  nodeId: string,
  now: () => number,
  logger: Logger,
): Promise<Roster> {
  const local = new LocalRoster()
  // Without Redis the roster knows this node's people only.
  const client = openRedis({ url, logger, meanwhile: 'people on other nodes are not shown', waitingAtMost })
  const circuit = createCircuit(patience)

  const here = (incidentId: string) => `muster:here:${incidentId}`
  const seen = (incidentId: string) => `muster:seen:${incidentId}`

  async function renew(incidentId: string, people: readonly string[]): Promise<void> {
    const first = people[0]
    if (!client.isReady || first === undefined) return
    const at = now()
    const leases = people.map((p) => ({ score: at + leaseMs, value: `${nodeId}|${p}` }))
    const marks = people.map((p) => ({ score: at, value: p }))
    await client
      .multi()
      .zAdd(here(incidentId), leases)
      .zAdd(seen(incidentId), marks)
      .expire(here(incidentId), 60)
      .expire(seen(incidentId), rememberSeconds)
      .exec()
  }

  const quietly = (work: Promise<unknown>) => void work.catch(() => {})
  const timer = setInterval(() => {
    for (const [incidentId, people] of local.rooms()) quietly(renew(incidentId, people))
  }, renewMs)
  timer.unref()

  return {
    enter(incidentId, personId, socketId) {
      if (local.enter(incidentId, personId, socketId)) quietly(renew(incidentId, [personId]))
    },
    leave(incidentId, personId, socketId) {
      if (!local.leave(incidentId, personId, socketId, now()) || !client.isReady) return
      quietly(
        client
          .multi()
          .zRem(here(incidentId), `${nodeId}|${personId}`)
          .zAdd(seen(incidentId), { score: now(), value: personId })
          .exec(),
      )
    },
    async present(incidentId) {
      const mine = local.present(incidentId)
      if (!client.isReady) return mine
      try {
        const members = await circuit.ask(() => client.zRangeByScore(here(incidentId), now(), '+inf'))
        return [...new Set([...mine, ...members.map((m) => m.slice(m.indexOf('|') + 1))])]
      } catch {
        return mine
      }
    },
    async lastSeen(incidentId, people) {
      const at = now()
      const known = new Map<string, number>()
      const others: string[] = []
      for (const id of people) {
        if (local.seenAt(incidentId, id, at) === at) known.set(id, at)
        else others.push(id)
      }
      if (others.length === 0) return known
      try {
        if (!client.isReady) throw new Error('not connected')
        const [scores, leases] = await circuit.ask(() =>
          Promise.all([
            client.zmScore(seen(incidentId), others),
            client.zRangeByScore(here(incidentId), at, '+inf'),
          ]),
        )
        const inside = new Set(leases.map((m) => m.slice(m.indexOf('|') + 1)))
        others.forEach((id, index) => {
          const score = inside.has(id) ? at : scores[index]
          if (score != null) known.set(id, score)
        })
      } catch {
        for (const id of others) known.set(id, at)
      }
      return known
    },
    async close() {
      clearInterval(timer)
      client.destroy()
    },
  }
}
