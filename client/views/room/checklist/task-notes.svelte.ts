import { getContext, setContext, untrack } from 'svelte'
import type { Replica } from '../../../net/document.ts'
import type { watchNotes } from './watch-notes.ts'

/** Which tasks have a note, how long it is, and who is writing in which. Make it while a component is set up. */
export class TaskNotes {
  readonly #replica: () => Replica | null
  #lines = $state.raw<ReadonlyMap<string, number>>(new Map())
  #writers = $state.raw<ReadonlyMap<string, string>>(new Map())

  constructor(replica: () => Replica | null, watcher: () => typeof watchNotes | undefined) {
    this.#replica = replica
    $effect(() => {
      const current = replica()
      const watch = watcher()
      if (current === null || watch === undefined) return
      return untrack(() =>
        watch(current, {
          lines: (lines) => {
            this.#lines = lines
          },
          writers: (writers) => {
            this.#writers = writers
          },
        }),
      )
    })
  }

  get replica(): Replica | null {
    return this.#replica()
  }

  /** Lines of the note of a task; 0 where there is none. */
  linesOf(task: string): number {
    return this.#lines.get(task) ?? 0
  }

  /** First names of others who write in the note of a task, or null. */
  writersOf(task: string): string | null {
    return this.#writers.get(task) ?? null
  }

  /** Tells others where this person writes; null when they stop. */
  writeIn(task: string | null): void {
    this.#replica()?.awareness.setLocalStateField('note', task)
  }
}

const key = Symbol('notes')

export function provideNotes(notes: TaskNotes): void {
  setContext(key, notes)
}

export function useNotes(): TaskNotes {
  return getContext<TaskNotes>(key)
}
