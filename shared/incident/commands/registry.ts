import type * as z from 'zod/mini'
import { chatCommands } from './chat.ts'
import type { CommandDefinition } from './define.ts'
import { endingCommands } from './ending.ts'
import { entryCommands } from './entries.ts'
import { escalationCommands } from './escalation.ts'
import { factCommands } from './facts.ts'
import { incidentCommands } from './incident.ts'
import { linkCommands } from './links.ts'
import { playbookCommands } from './playbook.ts'
import { processCommands } from './process.ts'
import { roleCommands } from './roles.ts'
import { runbookCommands } from './runbooks.ts'
import { systemCommands } from './system.ts'
import { moreTaskCommands } from './task-more.ts'
import { taskCommands } from './tasks.ts'
import { triageCommands } from './triage.ts'

/**
 * Every command of an existing incident. REST routes, OpenAPI, Socket.IO, the policy table and the client's
 * palette are made from this; there is no second list.
 */
export const commands = {
  ...incidentCommands,
  ...endingCommands,
  ...linkCommands,
  ...roleCommands,
  ...taskCommands,
  ...moreTaskCommands,
  ...processCommands,
  ...runbookCommands,
  ...chatCommands,
  ...entryCommands,
  ...factCommands,
  ...triageCommands,
  ...playbookCommands,
  ...escalationCommands,
  ...systemCommands,
}

export type RoomCommandType = keyof typeof commands
export type CommandType = RoomCommandType | 'incident.declare'
export type CommandData<T extends RoomCommandType> = z.infer<(typeof commands)[T]['schema']>

export function isRoomCommand(type: string): type is RoomCommandType {
  return Object.hasOwn(commands, type)
}

export const roomCommandTypes: readonly RoomCommandType[] = Object.keys(commands).filter(isRoomCommand)

/** Commands that only Muster itself gives; they have no route and no socket message. */
export function isSystemCommand(type: RoomCommandType): boolean {
  return Object.hasOwn(systemCommands, type)
}

/** The definition without its data type, for code that handles every command alike after validation. */
export function definitionOf(type: RoomCommandType): CommandDefinition<unknown> {
  // Sound: `parseCommand` gives `data` only after this very definition's schema accepted it.
  return commands[type] as CommandDefinition<unknown>
}
