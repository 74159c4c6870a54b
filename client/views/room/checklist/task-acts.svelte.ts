import { findTask, isSetAside, openBefore, type Task } from '../../../../shared/incident/tasks.ts'
import { toasts } from '../../../state/toasts.svelte.ts'
import type { RoomModel } from '../room-model.svelte.ts'

export interface TaskPlace {
  task: Task
  /** The list it stands in, in order; empty where it cannot be moved. */
  siblings: readonly Task[]
}

/** What a person can do with one task, by mouse, key or menu. */
export class TaskActs {
  readonly #room: RoomModel
  readonly #place: () => TaskPlace
  /** Called before a task is ticked: somebody else may be a moment earlier. Gives what undoes the call. */
  readonly #ticking: (task: Task) => () => void
  /** Gives the row the focus again once it is drawn. */
  readonly #refocus: () => void
  /** The wording is being changed. */
  editing = $state(false)
  note = $state(false)
  dialog = $state<'reason' | 'assign' | 'bound' | 'timer' | null>(null)
  /** Why the server did not take the last tick, until something else is done. */
  refused = $state<string | null>(null)

  constructor(
    room: RoomModel,
    place: () => TaskPlace,
    hands: { refocus: () => void; ticking: (task: Task) => () => void },
  ) {
    this.#room = room
    this.#place = place
    this.#refocus = hands.refocus
    this.#ticking = hands.ticking
  }

  /** The task as it stands now, and its list. */
  get place(): TaskPlace {
    return this.#place()
  }

  get #task(): Task {
    return this.#place().task
  }

  /** Ticks or opens again. What is bound to a fact is ticked by the act that makes it true, where there is one. */
  toggle(): void {
    const task = this.#task
    if (!this.#room.canAct || task.children.length > 0) return
    this.refused = null
    if (task.done?.from != null || task.done?.watched === true) {
      toasts.note('Muster saw it happen, and that stands in the record.')
      return
    }
    if (task.repeat !== null && !isSetAside(task)) return void this.#once()
    if (task.done !== null || isSetAside(task)) {
      this.reopen()
      return
    }
    // The server makes one act of both: ticking the acknowledgement acknowledges.
    if (task.bind === null || (task.bind.kind === 'fact' && task.bind.fact === 'acknowledged')) this.tick()
    else this.dialog = 'bound'
  }

  /** A task that repeats is done once more, with a way back. */
  async #once(): Promise<void> {
    const { text, id } = this.#task
    if (await this.#give('task.tick'))
      toasts.note(
        `Done once more: “${text}”. It comes again.`,
        () => void this.#room.act('task.untick', { task: id }),
      )
  }

  tick(): void {
    const task = this.#task
    const { state, playbook } = this.#room
    const found = findTask(state, playbook, task.id)
    const [ahead] = found === undefined ? [] : openBefore(found.list, task.id)
    const forget = this.#ticking(task)
    if (ahead !== undefined)
      toasts.note(`Out of order, and noted so: step ${ahead.step ?? ''} is open, “${ahead.text}”.`)
    void this.#give('task.tick').then((taken) => {
      if (!taken) forget()
    })
  }

  /** Opens again what was ticked or set aside. */
  reopen(): void {
    void this.#give('task.untick')
  }

  unassign(): void {
    void this.#room.act('task.assign', { task: this.#task.id, to: null })
  }

  assignMe(): void {
    const { me } = this.#room
    if (me !== null)
      void this.#room.act('task.assign', { task: this.#task.id, to: { kind: 'person', id: me } })
  }

  move(by: -1 | 1): void {
    const { task, siblings } = this.#place()
    const at = this.#at()
    const to = at + by
    if (at < 0 || to < 0 || to >= siblings.length) return
    const others = siblings.filter((s) => s.id !== task.id)
    void this.#room.act('task.move', { task: task.id, after: others[to - 1]?.id ?? null })
    this.#refocus()
  }

  reword(): void {
    this.editing = true
  }

  /** Ends the rewording; `words` is null where it was given up. */
  endReword(words: string | null): void {
    if (!this.editing) return
    this.editing = false
    const task = this.#task
    const text = words?.trim() ?? ''
    if (text !== '' && text !== task.text)
      void this.#room.act('task.reword', { task: task.id, text, expected: task.text })
    this.#refocus()
  }

  leaveNote(): void {
    this.note = false
    this.#refocus()
  }

  key(event: KeyboardEvent): void {
    const field = event.target instanceof HTMLElement && event.target.matches('input, textarea')
    if (field || this.editing || event.ctrlKey || event.metaKey) return
    if (!this.#press(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  #press(event: KeyboardEvent): boolean {
    // Notes are read by everybody.
    if (event.key === 'n' && !event.altKey) {
      this.note = true
      return true
    }
    if (!this.#room.canAct) return false
    if (event.altKey) {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return false
      this.move(event.key === 'ArrowUp' ? -1 : 1)
      return true
    }
    const leaf = this.#task.children.length === 0
    if (event.key === 'F2') this.reword()
    else if (event.key === 'a' && leaf) this.dialog = 'assign'
    else if (event.key === 'x') this.dialog = 'reason'
    else return false
    return true
  }

  #at(): number {
    const { task, siblings } = this.#place()
    return siblings.findIndex((s) => s.id === task.id)
  }

  /** A refusal stands at the row it is about. */
  async #give(type: 'task.tick' | 'task.untick'): Promise<boolean> {
    const answer = await this.#room.give(type, { task: this.#task.id })
    this.refused = answer.ok ? null : answer.error.message
    return answer.ok
  }
}
