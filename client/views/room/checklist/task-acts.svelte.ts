import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import Minus from '@lucide/svelte/icons/minus'
import Pencil from '@lucide/svelte/icons/pencil'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import UserRound from '@lucide/svelte/icons/user-round'
import UserRoundX from '@lucide/svelte/icons/user-round-x'
import UsersRound from '@lucide/svelte/icons/users-round'
import type { Task } from '../../../../shared/incident/tasks.ts'
import type { MenuItem } from '../../../components/menu-item.ts'
import type { RoomModel } from '../room-model.svelte.ts'
import { boxOf } from './task-look.ts'

interface TaskPlace {
  task: Task
  /** The list it stands in, in order; empty where it cannot be moved. */
  siblings: readonly Task[]
}

/** What a person can do with one task, by mouse, key or menu. */
export class TaskActs {
  readonly #room: RoomModel
  readonly #place: () => TaskPlace
  /** Gives the row the focus again once it is drawn. */
  readonly #refocus: () => void
  /** The wording is being changed. */
  editing = $state(false)
  dialog = $state<'reason' | 'assign' | null>(null)

  constructor(room: RoomModel, place: () => TaskPlace, refocus: () => void) {
    this.#room = room
    this.#place = place
    this.#refocus = refocus
  }

  get #task(): Task {
    return this.#place().task
  }

  toggle(): void {
    const task = this.#task
    if (!this.#room.canAct || task.children.length > 0) return
    void this.#room.act(boxOf(task) === 'open' ? 'task.tick' : 'task.untick', { task: task.id })
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

  key(event: KeyboardEvent): void {
    if (!this.#room.canAct || this.editing) return
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
      this.move(event.key === 'ArrowUp' ? -1 : 1)
    else if (event.key === 'F2') this.reword()
    else if (event.key === 'a' && !event.ctrlKey && !event.metaKey && !event.altKey) this.assignMe()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  menu(): MenuItem[] {
    const { task, siblings } = this.#place()
    const at = this.#at()
    const list: MenuItem[] = []
    if (task.children.length === 0) {
      list.push({ label: 'Assign to me', icon: UserRound, onselect: () => this.assignMe() })
      list.push({ label: 'Assign to…', icon: UsersRound, onselect: () => this.#ask('assign') })
      if (task.state.assignee !== undefined)
        list.push({
          label: 'Take back',
          icon: UserRoundX,
          onselect: () => void this.#room.act('task.assign', { task: task.id, to: null }),
        })
    }
    list.push({ label: 'Reword', icon: Pencil, hint: 'F2', onselect: () => this.reword() })
    if (task.state.notApplicable === undefined)
      list.push({
        label: 'Not applicable',
        icon: Minus,
        hint: 'With the reason',
        onselect: () => this.#ask('reason'),
      })
    else
      list.push({
        label: 'Open again',
        icon: RotateCcw,
        onselect: () => void this.#room.act('task.untick', { task: task.id }),
      })
    if (at > 0) list.push({ label: 'Move up', icon: ArrowUp, hint: 'Alt ↑', onselect: () => this.move(-1) })
    if (at >= 0 && at < siblings.length - 1)
      list.push({ label: 'Move down', icon: ArrowDown, hint: 'Alt ↓', onselect: () => this.move(1) })
    return list
  }

  #at(): number {
    const { task, siblings } = this.#place()
    return siblings.findIndex((s) => s.id === task.id)
  }

  #ask(dialog: 'reason' | 'assign'): void {
    this.dialog = dialog
  }
}
