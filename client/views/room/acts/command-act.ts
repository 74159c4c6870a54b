import { keptOffline } from '../../../../shared/incident/commands/offline.ts'
import {
  type CommandData,
  commands,
  isSystemCommand,
  type RoomCommandType,
  roomCommandTypes,
} from '../../../../shared/incident/commands/registry.ts'
import type { systemCommands } from '../../../../shared/incident/commands/system.ts'
import { commandTitles } from '../../../../shared/incident/commands/titles.ts'
import type { Act, Option, Step, Values } from '../../../state/acts.ts'
import { refusedOffline } from '../../../state/offline.ts'
import type { RoomContext } from './room-context.ts'

/** Commands that people give; Muster's own have no act. */
export type GivenCommand = Exclude<RoomCommandType, keyof typeof systemCommands>

export const givenCommands: readonly RoomCommandType[] = roomCommandTypes.filter((t) => !isSystemCommand(t))

export interface CommandTold<T extends GivenCommand> {
  group: string
  words?: string
  /** Slash words, each with the answers it gives already. */
  slash?: Readonly<Record<string, Values>>
  /** More reasons than policy, a closed incident and no line: those are found for every command alike. */
  whyNot?: (context: RoomContext) => string | null
  /** The questions in order; a question may look at the answers before it and fall out (null). */
  ask?: readonly ((context: RoomContext, values: Values, at: number) => Step | null)[]
  data: (values: Values, context: RoomContext, at: number) => CommandData<T>
}

/** The act of a command: named by the registry, refused for the reasons of the registry, asked as told here. */
export function commandAct<T extends GivenCommand>(type: T, told: CommandTold<T>): Act<RoomContext> {
  const { ask = [], data, whyNot, ...rest } = told
  const definition = commands[type]
  return {
    ...rest,
    id: type,
    title: commandTitles[type],
    whyNot(context) {
      const denied = context.room.denial(type)
      if (denied !== null) return denied
      if (context.room.over && !definition.whenClosed) return 'Closed. Reopen the incident first.'
      if (context.offline && !keptOffline(type)) {
        const answer = refusedOffline(type)
        return answer.ok ? null : answer.error.message
      }
      return whyNot?.(context) ?? null
    },
    next(values, context, at) {
      for (const question of ask) {
        const step = question(context, values, at)
        if (step !== null && values[step.name] === undefined) return step
      }
      return null
    },
    run: (values, context, at) => context.room.ask(type, data(values, context, at)),
  }
}

/** An answer that was asked for before; empty where it was not. */
export function answer(values: Values, name: string): string {
  return values[name] ?? ''
}

/** One of a closed list, out of an answer that was chosen from it. */
export function oneOf<T extends string>(list: readonly T[], value: string): T {
  const found = list.find((item) => item === value)
  if (found === undefined) throw new Error(`${value} is not among ${list.join(', ')}.`)
  return found
}

export function choose(name: string, label: string, options: readonly Option[]): Step {
  return { kind: 'choose', name, label, options }
}

/** The `reason` of commands that need one. */
export const askReason = (): Step => ({ kind: 'text', name: 'reason', label: 'Reason', max: 280 })
