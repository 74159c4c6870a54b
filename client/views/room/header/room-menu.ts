import Download from '@lucide/svelte/icons/download'
import Headphones from '@lucide/svelte/icons/headphones'
import Keyboard from '@lucide/svelte/icons/keyboard'
import Link from '@lucide/svelte/icons/link'
import ListChecks from '@lucide/svelte/icons/list-checks'
import Lock from '@lucide/svelte/icons/lock'
import LockOpen from '@lucide/svelte/icons/lock-open'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Search from '@lucide/svelte/icons/search'
import SunMoon from '@lucide/svelte/icons/sun-moon'
import Users from '@lucide/svelte/icons/users'
import type { MenuItem } from '../../../components/menu-item.ts'
import { session } from '../../../state/session.svelte.ts'
import type { RoomContext } from '../acts/room-context.ts'
import { isDark } from '../room-hands.ts'
import type { RoomDialog } from '../room-model.svelte.ts'

/** What the menu of the room's header offers as the room stands now. */
export function roomMenu(hands: RoomContext): MenuItem[] {
  const { room } = hands
  const show = (dialog: RoomDialog) => () => {
    room.dialog = dialog
  }
  const list: MenuItem[] = [
    {
      label: 'Facts',
      icon: ListChecks,
      hint: 'What is affected, bridge, questions, times',
      onselect: show('facts'),
    },
  ]
  if (room.phone)
    list.unshift({ label: 'Find and do anything', icon: Search, onselect: () => hands.palette() })
  list.push({
    label: 'Brief',
    icon: ScrollText,
    hint: 'Where it stands, what you missed',
    onselect: () => room.arrival.show(),
  })
  const { bridge } = room.state
  if (room.phone && bridge !== null)
    list.push({
      label: 'Bridge',
      icon: Headphones,
      hint: bridge,
      onselect: () => void window.open(bridge, '_blank', 'noopener'),
    })
  // The roles beside the clocks have no room on a phone.
  if (room.phone)
    list.push({ label: 'Roles', icon: Users, hint: 'Take, ask, offer, release', onselect: show('roles') })
  if (session.may('links.manage', { id: room.id }).allow)
    list.push({ label: 'Share a link', icon: Link, onselect: show('share') })
  list.push({
    label: 'Download',
    icon: Download,
    hint: 'Timeline and document as Markdown',
    onselect: () => hands.download(),
  })
  list.push({ label: isDark() ? 'Light' : 'Dark', icon: SunMoon, onselect: () => hands.theme() })
  list.push({
    label: 'Keys',
    icon: Keyboard,
    hint: 'What the keys do, and off',
    onselect: () => hands.open('keys'),
  })
  if (!room.mayAct) return list
  if (!room.over) list.push({ label: 'Close incident', icon: Lock, onselect: show('close') })
  if (room.over || room.state.status.value === 'resolved')
    list.push({ label: 'Reopen incident', icon: LockOpen, onselect: show('reopen') })
  return list
}
