import type { Act } from '../../../state/acts.ts'
import type { GivenCommand } from './command-act.ts'
import { escalationActs } from './escalation-commands.ts'
import { factActs } from './fact-commands.ts'
import { incidentActs } from './incident-commands.ts'
import { processActs } from './process-commands.ts'
import { recordActs } from './record-commands.ts'
import { roleActs } from './role-commands.ts'
import { roomActs } from './room-acts.ts'
import type { RoomContext } from './room-context.ts'
import { taskActs } from './task-commands.ts'

/** The act of every command that people give; a test names those that have none. */
export const commandActs = {
  ...incidentActs,
  ...roleActs,
  ...taskActs,
  ...processActs,
  ...recordActs,
  ...factActs,
  ...escalationActs,
} satisfies { readonly [T in GivenCommand]?: Act<RoomContext> }

/** All that can be done in a room, in the order in which the palette lists it unasked. */
export const allActs: readonly Act<RoomContext>[] = [...Object.values(commandActs), ...roomActs]

const openers = new Map(
  roomActs.flatMap((act) => (act.opens === undefined ? [] : [[act.opens, act] as const])),
)

/** Keys of an act: its own, or those of the act that opens it. */
export function keysOf(act: Act<RoomContext>): readonly string[] {
  return act.keys ?? openers.get(act.id)?.keys ?? []
}

export function actOf(id: string): Act<RoomContext> | undefined {
  return allActs.find((act) => act.id === id)
}
