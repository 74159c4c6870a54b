import { keptBy, keptWords } from '../../../shared/incident/role-rights.ts'
import type { RoleRight } from '../../../shared/playbook/model.ts'
import type { RoomModel } from './room-model.svelte.ts'

/** An act that is somebody else's here: in words, and how to ask them for it. */
export interface Kept {
  words: string
  /** Short name of who holds it. */
  name: string
  /** Puts the question into the chat, where they are mentioned and others read it; kept while offline. */
  ask(question: string): void
}

/** Whose act it is where the playbook keeps it to a role and another one holds that (R52), or null. */
export function keptFrom(room: RoomModel, right: RoleRight): Kept | null {
  const { actor, state, playbook } = room
  const kept = actor === null ? null : keptBy(right, state, { playbook, actor })
  if (kept === null) return null
  const { holder } = kept
  return {
    words: keptWords(right, kept, room.nameOf(holder)),
    name: room.shortName(holder),
    ask(question) {
      const text = `@${room.nameOf(holder)} ${question}`
      void room.say('chat.send', { text, mentions: [holder] }, text)
    },
  }
}
