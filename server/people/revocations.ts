import type { Bus } from '../platform/bus.ts'
import type { Database, Queryable } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Pulse } from '../platform/pulse.ts'
import type { Revocation } from './session.ts'

export interface RevocationsOptions {
  database: Database
  bus: Bus
  logger: Logger
  /** Tells of commits without a hint: with the bus down rights end within two seconds. */
  pulse?: Pulse
}

/** Ended rights, told to every node in the order of their commits. */
export interface Revocations {
  /** Begins after what was revoked before: nothing is connected yet. */
  start(): Promise<void>
  stop(): void
  /**
   * Runs `work` in a transaction together with the entry that tells of it, and resolves when this node's own
   * listeners have heard. Nothing is told when `work` gives `null`.
   */
  revoking<T>(
    now: number,
    work: (tx: Queryable) => Promise<{ result: T; ended: Revocation[] } | null>,
  ): Promise<T | null>
  onRevoked(listener: (revocation: Revocation) => void): () => void
}

interface RevocationRow {
  seq: number
  session_key: string | null
  person_id: string | null
  incident_id: string | null
  wall_id: string | null
}

const counter = 'revocations'
/** A node that was away for longer than this has no socket left. */
const keptFor = 30 * 24 * 60 * 60 * 1000

export function createRevocations(options: RevocationsOptions): Revocations {
  const { database, bus, logger } = options
  const listeners = new Set<(revocation: Revocation) => void>()
  let seen = 0
  let stops: (() => void)[] = []
  let reading: Promise<void> | undefined
  let again = false

  async function read(): Promise<void> {
    const rows = await database.query<RevocationRow>(
      `SELECT seq, session_key, person_id, incident_id, wall_id FROM revocations WHERE seq > $1 ORDER BY seq`,
      [seen],
    )
    for (const row of rows) {
      seen = row.seq
      const revocation = revocationOf(row)
      for (const listener of listeners) tell(listener, revocation)
    }
  }

  /** One socket that will not close must not keep the others open. */
  function tell(listener: (revocation: Revocation) => void, revocation: Revocation): void {
    try {
      listener(revocation)
    } catch (error) {
      logger.error({ reason: reasonOf(error) }, 'a listener failed on a revocation')
    }
  }

  /** Resolves after a read that began after the call. */
  function catchUp(): Promise<void> {
    if (reading !== undefined) {
      again = true
      return reading
    }
    reading = (async () => {
      try {
        do {
          again = false
          await read()
        } while (again)
      } finally {
        // In the same step as the last look at `again`, so that no call falls between.
        reading = undefined
      }
    })()
    return reading
  }

  const look = () => {
    catchUp().catch((error: unknown) => logger.warn({ reason: reasonOf(error) }, 'cannot read revocations'))
  }

  return {
    async start() {
      const [row] = await database.query<{ value: string }>('SELECT value FROM settings WHERE key = $1', [
        counter,
      ])
      seen = Number(row?.value ?? 0)
      stops = [
        bus.subscribe('access', (hint) => {
          if (hint.seq > seen) look()
        }),
        options.pulse?.follow('cannot read revocations', catchUp) ?? (() => {}),
      ]
    },
    stop() {
      for (const stop of stops.splice(0)) stop()
    },
    async revoking(now, work) {
      let last = 0
      const done = await database.transaction(async (tx) => {
        const outcome = await work(tx)
        for (const revocation of outcome?.ended ?? []) last = await append(tx, revocation, now)
        return outcome
      })
      if (last > 0) {
        await catchUp()
        bus.publish({ topic: 'access', id: 'revocations', seq: last })
      }
      return done === null ? null : done.result
    },
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The counter's row lock makes numbers appear in the order of commits, so no reader can skip one. */
async function append(tx: Queryable, revocation: Revocation, now: number): Promise<number> {
  const [row] = await tx.query<{ value: string }>(
    'UPDATE settings SET value = (value::bigint + 1)::text WHERE key = $1 RETURNING value',
    [counter],
  )
  const seq = Number(row?.value)
  await tx.query(
    `INSERT INTO revocations (seq, at, session_key, person_id, incident_id, wall_id)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      seq,
      now,
      revocation.sessionKey ?? null,
      revocation.personId ?? null,
      revocation.incidentId ?? null,
      revocation.wallId ?? null,
    ],
  )
  await tx.query('DELETE FROM revocations WHERE at < $1', [now - keptFor])
  return seq
}

function revocationOf(row: RevocationRow): Revocation {
  return {
    ...(row.session_key !== null && { sessionKey: row.session_key }),
    ...(row.person_id !== null && { personId: row.person_id }),
    ...(row.incident_id !== null && { incidentId: row.incident_id }),
    ...(row.wall_id !== null && { wallId: row.wall_id }),
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
