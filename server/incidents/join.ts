import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { Feed } from './feed.ts'

/** One peer that joins; all calls but `alive` happen in one go, without a chance for an event between them. */
export interface Joiner<Picture> {
  alive(): boolean
  /** The picture as of its `upTo`. */
  answer(picture: Picture): void
  /** Events after the picture that were delivered while it was read. */
  catchUp(events: IncidentEvent[]): void
  /** From now on it hears what the feed delivers. */
  enter(): void
}

export interface JoinParts {
  feed: Feed
  readAfter(incidentId: string, seq: number): Promise<IncidentEvent[]>
}

/**
 * Joins without a gap: the feed is watched before the picture is read, what it delivered meanwhile follows the
 * picture, and only then the peer hears the room. Events it hears twice carry a seq it knows. The watch is ended
 * when the peer is gone or anything fails.
 */
export async function joinWithoutGap<Picture>(
  { feed, readAfter }: JoinParts,
  incidentId: string,
  alreadyIn: boolean,
  readPicture: () => Promise<{ picture: Picture; upTo: number }>,
  joiner: Joiner<Picture>,
): Promise<void> {
  if (!alreadyIn) await feed.watch(incidentId)
  try {
    const { picture, upTo } = await readPicture()
    const missed: IncidentEvent[] = []
    for (let from = upTo; ; ) {
      const recent = feed.recentAfter(incidentId, from)
      if (recent !== null) {
        missed.push(...recent)
        break
      }
      const page = await readAfter(incidentId, from)
      const last = page[page.length - 1]
      if (last === undefined) break
      missed.push(...page)
      from = last.seq
    }
    // No await from the look at `recent` to the end: an event between them would be lost to this peer.
    if (!joiner.alive()) {
      if (!alreadyIn) feed.unwatch(incidentId)
      return
    }
    joiner.answer(picture)
    if (missed.length > 0) joiner.catchUp(missed)
    if (!alreadyIn) joiner.enter()
  } catch (error) {
    if (!alreadyIn) feed.unwatch(incidentId)
    throw error
  }
}
