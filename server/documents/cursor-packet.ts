import * as z from 'zod/mini'
import { awarenessColors, mostClock } from './awareness-lane.ts'
import type { CursorMessage, HeardCursors, RemoteState } from './cursor-relay.ts'
import type { AwarenessEntry } from './frames.ts'
import { parseDocumentName } from './names.ts'

export const mostStates = 200
export const mostStateBytes = 4_096
/** Longer packets are not even parsed, in characters. */
const longestPacket = 1_000_000

const idField = z.string().check(z.minLength(1), z.maxLength(128))
const count = (most: number) => z.int().check(z.minimum(0), z.maximum(most))
const stateFields = z.object({
  user: z.object({
    id: idField,
    name: z.string().check(z.maxLength(400)),
    color: count(awarenessColors - 1),
  }),
  cursor: z.optional(
    z.nullable(z.union([z.looseObject({}), z.number(), z.string().check(z.maxLength(200))])),
  ),
  /** The task in whose note somebody writes. */
  note: z.optional(z.nullable(z.string().check(z.maxLength(200)))),
})
const entryFields = z.object({
  clientId: count(Number.MAX_SAFE_INTEGER),
  clock: count(mostClock),
  state: z.nullable(stateFields),
})
const packet = z.object({
  node: idField,
  document: z.string().check(z.refine((name) => parseDocumentName(name) !== undefined)),
  /** Missing in a packet that asks. */
  states: z.optional(z.array(z.unknown()).check(z.maxLength(mostStates))),
})

/** The packets that carry a message. States beyond the known fields or too large stay on this node. */
export function encodeCursors(node: string, message: CursorMessage): string[] {
  const { document } = message
  if (message.kind === 'ask') return [JSON.stringify({ node, document })]
  const states = message.states.flatMap(reduced)
  const packets: string[] = []
  for (let from = 0; from < states.length; from += mostStates)
    packets.push(JSON.stringify({ node, document, states: states.slice(from, from + mostStates) }))
  return packets
}

/** A packet of another node, or undefined when it is none. States that are not in order are left out. */
export function decodeCursors(
  text: string,
): (Exclude<HeardCursors, { kind: 'connected' }> & { node: string }) | undefined {
  if (text.length > longestPacket) return undefined
  const parsed = packet.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { node, document, states } = parsed.data
  if (states === undefined) return { kind: 'ask', node, document }
  return { kind: 'states', node, document, states: states.flatMap(checked) }
}

function reduced({ clientId, clock, state }: AwarenessEntry): unknown[] {
  const entry = entryFields.safeParse({ clientId, clock, state: parseJson(state) })
  if (!entry.success || sizeOf(JSON.stringify(entry.data.state)) > mostStateBytes) return []
  return [entry.data]
}

function checked(value: unknown): RemoteState[] {
  const entry = entryFields.safeParse(value)
  if (!entry.success) return []
  const { clientId, clock, state } = entry.data
  const text = JSON.stringify(state)
  return sizeOf(text) > mostStateBytes ? [] : [{ clientId, clock, state: text, userId: state?.user.id }]
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
