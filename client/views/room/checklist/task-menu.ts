import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import Minus from '@lucide/svelte/icons/minus'
import NotebookPen from '@lucide/svelte/icons/notebook-pen'
import Pencil from '@lucide/svelte/icons/pencil'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import Timer from '@lucide/svelte/icons/timer'
import UserRound from '@lucide/svelte/icons/user-round'
import UserRoundX from '@lucide/svelte/icons/user-round-x'
import UsersRound from '@lucide/svelte/icons/users-round'
import { isSetAside } from '../../../../shared/incident/tasks.ts'
import type { MenuItem } from '../../../components/menu-item.ts'
import type { TaskActs } from './task-acts.svelte.ts'

/** What the menu of a task offers as it stands now. */
export function taskMenu(acts: TaskActs): MenuItem[] {
  const { task, siblings } = acts.place
  const at = siblings.findIndex((s) => s.id === task.id)
  const list: MenuItem[] = []
  const ask = (dialog: 'assign' | 'reason' | 'timer') => () => {
    acts.dialog = dialog
  }
  if (task.children.length === 0) {
    list.push({ label: 'Assign to me', icon: UserRound, onselect: () => acts.assignMe() })
    list.push({ label: 'Assign to…', icon: UsersRound, hint: 'A', onselect: ask('assign') })
    if (task.state.assignee !== undefined)
      list.push({ label: 'Take back', icon: UserRoundX, onselect: () => acts.unassign() })
  }
  if (task.children.length === 0 && task.done === null)
    list.push({
      label: task.state.timer === undefined ? 'Timer…' : 'Change the timer…',
      icon: Timer,
      onselect: ask('timer'),
    })
  list.push({
    label: 'Note',
    icon: NotebookPen,
    hint: 'N',
    onselect: () => {
      acts.note = true
    },
  })
  list.push({ label: 'Reword', icon: Pencil, hint: 'F2', onselect: () => acts.reword() })
  if (isSetAside(task)) list.push({ label: 'Open again', icon: RotateCcw, onselect: () => acts.reopen() })
  else list.push({ label: 'Not applicable', icon: Minus, hint: 'X', onselect: ask('reason') })
  if (at > 0) list.push({ label: 'Move up', icon: ArrowUp, hint: 'Alt ↑', onselect: () => acts.move(-1) })
  if (at >= 0 && at < siblings.length - 1)
    list.push({ label: 'Move down', icon: ArrowDown, hint: 'Alt ↓', onselect: () => acts.move(1) })
  return list
}
