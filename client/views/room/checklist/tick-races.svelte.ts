import { getContext, setContext, untrack } from 'svelte'
import { findTask, type Task } from '../../../../shared/incident/tasks.ts'
import { utcSeconds } from '../../../state/times.ts'
import { toasts } from '../../../state/toasts.svelte.ts'
import type { RoomModel } from '../room-model.svelte.ts'

/**
 * Two people tick the same task at the same moment: the first is kept, and the second is told by whom. Make it while
 * a component is set up.
 */
export class TickRaces {
  readonly #mine = new Map<string, string>()

  constructor(room: RoomModel) {
    $effect(() => {
      const { state, playbook } = room.store
      if (state === null || playbook === null || this.#mine.size === 0) return
      untrack(() => {
        for (const [id, text] of [...this.#mine]) {
          const done = findTask(state, playbook, id)?.task.done ?? null
          if (done === null) continue
          this.#mine.delete(id)
          if (done.by !== room.me)
            toasts.note(`${room.shortName(done.by)} did “${text}” at ${utcSeconds(done.at)}, before you.`)
        }
      })
    })
  }

  /** This person ticks it now. @returns what to call when the tick came to nothing */
  ticking(task: Task): () => void {
    this.#mine.set(task.id, task.text)
    return () => this.#mine.delete(task.id)
  }
}

const key = Symbol('tick races')

export function provideRaces(races: TickRaces): void {
  setContext(key, races)
}

export function useRaces(): TickRaces {
  return getContext<TickRaces>(key)
}
