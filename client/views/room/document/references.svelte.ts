import { type IncidentEvent, lift, refOf } from '../../../../shared/incident/events.ts'
import { flatTasks, type Task } from '../../../../shared/incident/tasks.ts'
import { type TimelineRow, timeline } from '../../../../shared/incident/timeline.ts'
import type {
  ReferenceKind,
  ReferenceLook,
  ReferenceOffer,
  References,
} from '../../../components/editor/references.ts'
import { eventsFrom } from '../../../net/document-history.ts'
import { utcTime } from '../../../state/times.ts'
import { boxOf } from '../checklist/task-look.ts'
import type { RoomModel } from '../room-model.svelte.ts'

type EntryRow = Extract<TimelineRow, { kind: 'entry' }>

/** Offered at most while somebody types `[[`. */
const most = 8

/**
 * What the tasks and entries named in the document say now. A chip is drawn again only when its own look changed.
 * Entries older than what is loaded are asked for once, with what was made of them since.
 */
export class RoomReferences implements References {
  readonly #room: RoomModel
  readonly #tasks = $derived.by(() => new Map(flatTasks(this.#room.lists).map((task) => [task.id, task])))
  readonly #entries = $derived.by(() => {
    const found = new Map<number, EntryRow>()
    for (const row of this.#room.rows) if (row.kind === 'entry') found.set(row.seq, row)
    return found
  })
  /** Older entries by seq: as they read when they were asked for; null when there is no such entry. */
  #older = $state.raw<ReadonlyMap<number, EntryRow | null>>(new Map())
  readonly #asked = new Set<number>()

  constructor(room: RoomModel) {
    this.#room = room
  }

  watch(kind: ReferenceKind, id: string, draw: (look: ReferenceLook) => void): () => void {
    let last = ''
    return $effect.root(() => {
      $effect.pre(() => {
        const look = kind === 'task' ? this.#task(id) : this.#entry(Number(id))
        const now = JSON.stringify(look)
        if (now === last) return
        last = now
        draw(look)
      })
    })
  }

  offer(query: string): readonly ReferenceOffer[] {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
    const fits = (text: string) => words.every((word) => text.toLowerCase().includes(word))
    const offers: ReferenceOffer[] = []
    for (const row of [...this.#room.rows].reverse()) {
      if (row.kind !== 'entry' || row.struck !== null || !fits(`${utcTime(row.at)} ${row.text}`)) continue
      offers.push({ kind: 'entry', id: String(row.seq), time: utcTime(row.at), words: oneLine(row.text) })
      if (offers.length === most / 2) break
    }
    const tasks = [...this.#tasks.values()].filter((task) => fits(task.text))
    // What is still to do is meant more often than what is done.
    tasks.sort((a, b) => Number(boxOf(a) !== 'open') - Number(boxOf(b) !== 'open'))
    for (const task of tasks.slice(0, most - offers.length))
      offers.push({ kind: 'task', id: task.id, time: null, words: oneLine(task.text) })
    return offers
  }

  #task(id: string): ReferenceLook {
    const task: Task | undefined = this.#tasks.get(id)
    if (task === undefined) return notFound('task')
    const words = oneLine(task.text)
    switch (boxOf(task)) {
      case 'done':
        return { state: 'done', time: null, words, spoken: 'Task, done:' }
      case 'not-applicable':
        return { state: 'not-applicable', time: null, words, spoken: 'Task, not applicable:' }
      case 'open':
      case 'part':
        return { state: 'open', time: null, words, spoken: 'Task, open:' }
    }
  }

  #entry(seq: number): ReferenceLook {
    if (!Number.isSafeInteger(seq) || seq < 1) return notFound('entry')
    const row = this.#entries.get(seq) ?? this.#older.get(seq)
    if (row !== undefined && row !== null) {
      const look = { time: utcTime(row.at), words: oneLine(row.text) }
      return row.struck === null
        ? { state: 'entry', ...look, spoken: 'Entry:' }
        : { state: 'struck', ...look, spoken: 'Entry, struck:' }
    }
    const first = this.#room.store.shownEntries[0]?.seq ?? 0
    if (row === null || !this.#room.store.hasOlder || seq >= first) return notFound('entry')
    void this.#ask(seq, first)
    return { state: 'waiting', time: null, words: 'Entry from earlier', spoken: 'Entry:' }
  }

  async #ask(seq: number, loadedFrom: number): Promise<void> {
    if (this.#asked.has(seq)) return
    this.#asked.add(seq)
    try {
      const about: IncidentEvent[] = []
      for (let after = seq - 1; after < loadedFrom; ) {
        const page = await eventsFrom(this.#room.id, after)
        const last = page.at(-1)
        if (last === undefined) break
        for (const raw of page) {
          const event = lift(raw)
          if (event.seq === seq || refOf(event) === seq) about.push(event)
        }
        after = last.seq
      }
      const row = timeline(about).find((found) => found.seq === seq)
      this.#older = new Map(this.#older).set(seq, row?.kind === 'entry' ? row : null)
    } catch {
      // Asked for again when the timeline moves on.
      this.#asked.delete(seq)
    }
  }
}

function notFound(kind: ReferenceKind): ReferenceLook {
  return {
    state: 'unknown',
    time: null,
    words: kind === 'task' ? 'Task not found' : 'Entry not found',
    spoken: 'Reference:',
  }
}

const longest = 120

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
