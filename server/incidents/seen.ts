import type { Seen } from '../../shared/protocol/socket.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'

/** What each person last had in view of each incident, for the line "since you were here". */
export interface SeenMarks {
  /** This person has the event `seq` in view now. Kept by the next `flush`; a lower seq than before changes nothing. */
  note(incidentId: string, personId: string, seq: number): void
  /** What the person last saw there, also what no flush has kept yet; null for who was never there. */
  last(incidentId: string, personId: string): Promise<Seen | null>
  /**
   * Keeps what was noted up to now, in one statement. While another flush writes it waits, for what was noted since.
   * What cannot be kept now is tried again by the next flush.
   */
  flush(): Promise<void>
}

interface Mark extends Seen {
  incidentId: string
  personId: string
}

/**
 * A crowd that watches an incident reports with every event: reports are gathered, and written together by `flush`.
 * Between two flushes each person has one mark per incident, so that nobody can fill the memory.
 */
export function createSeenMarks(database: Database, clock: Clock): SeenMarks {
  let waiting = new Map<string, Mark>()
  /** What a flush is writing now: still told to who joins meanwhile. */
  let writing = new Map<string, Mark>()
  let running: Promise<void> | null = null
  const keyOf = (incidentId: string, personId: string) => `${incidentId}\n${personId}`

  function add(mark: Mark): void {
    const key = keyOf(mark.incidentId, mark.personId)
    const known = waiting.get(key)
    if (known === undefined || mark.seq >= known.seq) waiting.set(key, mark)
  }

  async function write(): Promise<void> {
    writing = waiting
    waiting = new Map()
    const marks = [...writing.values()]
    try {
      // Nobody has seen what is not there yet, whatever a client says.
      await database.query(
        `INSERT INTO seen (incident_id, person_id, seq, at)
         SELECT i.id, m.person, LEAST(m.seq, i.seq), m.at
           FROM json_to_recordset($1::json) AS m(incident text, person text, seq bigint, at bigint)
           JOIN incidents i ON i.id = m.incident
          ORDER BY i.id, m.person
         ON CONFLICT (incident_id, person_id) DO UPDATE
           SET seq = EXCLUDED.seq, at = GREATEST(seen.at, EXCLUDED.at) WHERE EXCLUDED.seq >= seen.seq`,
        [
          JSON.stringify(
            marks.map(({ incidentId, personId, seq, at }) => ({
              incident: incidentId,
              person: personId,
              seq,
              at,
            })),
          ),
        ],
      )
    } catch (error) {
      for (const mark of marks) {
        const newer = waiting.get(keyOf(mark.incidentId, mark.personId))
        if (newer === undefined || newer.seq < mark.seq) add(mark)
      }
      throw error
    } finally {
      writing = new Map()
    }
  }

  return {
    note: (incidentId, personId, seq) => add({ incidentId, personId, seq, at: clock.now() }),

    async last(incidentId, personId) {
      const key = keyOf(incidentId, personId)
      const unkept = [writing.get(key), waiting.get(key)]
      const [row] = await database.query<Seen>(
        'SELECT seq, at FROM seen WHERE incident_id = $1 AND person_id = $2',
        [incidentId, personId],
      )
      const newest = [row, ...unkept].reduce(
        (a, b) => (b !== undefined && b.seq >= (a?.seq ?? 0) ? b : a),
        row,
      )
      return newest === undefined ? null : { seq: newest.seq, at: newest.at }
    },

    async flush() {
      while (running !== null) await running.catch(() => undefined)
      if (waiting.size === 0) return
      running = write().finally(() => {
        running = null
      })
      await running
    },
  }
}
