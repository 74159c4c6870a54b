import { copyText } from '../../net/clipboard.ts'
import { live } from '../../state/connection.svelte.ts'
import { declaring } from '../../state/declaring.svelte.ts'
import { serverNow } from '../../state/page-clock.ts'
import { router } from '../../state/router.svelte.ts'
import { session } from '../../state/session.svelte.ts'
import { theme } from '../../state/theme.svelte.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import type { RoomContext } from './acts/room-context.ts'
import { ahead } from './ahead.ts'
import { focusPane } from './focus-pane.ts'
import type { RoomModel } from './room-model.svelte.ts'

/** The hands of one room's page, for its acts. */
export function roomHands(room: RoomModel, fold: (side: 'left' | 'right') => void): RoomContext {
  return {
    room,
    get offline() {
      return live.status === 'offline'
    },
    get undoable() {
      return toasts.undoable !== null
    },
    fold,
    focusPane: (pane) => focusPane(room, pane),
    write(kind, text) {
      // A phone has the bar below the checklist as well; the document has none.
      if (!room.phone || room.pane === 'document') room.pane = 'timeline'
      if (kind !== undefined) room.scribe.choose(kind)
      if (text !== undefined && room.scribe.text === '') {
        room.scribe.text = text
        room.scribe.typed()
      }
      // At once where it stands already: the next letter is meant for it.
      const focus = () => document.querySelector<HTMLElement>('[data-scribe]')?.focus()
      focus()
      if (!document.activeElement?.matches('[data-scribe]')) requestAnimationFrame(focus)
    },
    open(dialog) {
      room.dialog = dialog
    },
    palette(act, values, at = serverNow()) {
      room.palette = {
        at,
        ...(act === undefined ? {} : { act }),
        ...(values === undefined ? {} : { values }),
      }
    },
    async copyStatus() {
      const { lastDecision, statusMessage } = await ahead()
      const names = { person: (id: string) => room.nameOf(id) }
      const text = statusMessage(room.state, room.playbook, names, serverNow(), lastDecision(room.rows))
      if (await copyText(text)) toasts.note(`Copied:\n${text}`)
      else toasts.refused(`This browser does not let us copy. Select it here:\n${text}`)
    },
    download() {
      const link = document.createElement('a')
      link.href = `/api/incidents/${encodeURIComponent(room.id)}/export.md`
      link.download = `${room.state.key}.md`
      link.click()
    },
    visit: (path) => router.go(path),
    theme: () => theme.choose(isDark() ? 'light' : 'dark'),
    declare: () => declaring.start(),
    mayDeclare() {
      const verdict = session.may('incident.declare')
      return verdict.allow ? null : verdict.reason
    },
    mayShare() {
      const verdict = session.may('links.manage', { id: room.id })
      return verdict.allow ? null : verdict.reason
    },
    toUndo: () => document.querySelector<HTMLElement>('[data-undo]')?.focus(),
  }
}

/** What the eye sees now, whoever chose it. */
export function isDark(): boolean {
  if (theme.choice !== 'system') return theme.choice === 'dark'
  return matchMedia('(prefers-color-scheme: dark)').matches
}
