import * as z from 'zod/mini'
import { event } from '../events.ts'
import { maxJoined } from '../state.ts'
import { accept, define } from './define.ts'
import { idField } from './fields.ts'

/** What fell due is found by `decide` for every command; this one has nothing else to do (rule 5). */
const look = define({
  summary: 'Muster itself: records what fell due.',
  schema: z.strictObject({}),
  whenClosed: true,
  grows: false,
  decide: () => accept(),
})

const notePresence = define({
  summary: 'Muster itself: records a first joining, or a leaving that lasted five minutes.',
  schema: z.strictObject({ person: idField, change: z.enum(['joined', 'left']) }),
  whenClosed: true,
  grows: false,
  decide: (state, { person, change }) => {
    const inside = state.joined.includes(person)
    if (change === 'left') return inside ? accept(event('person.left', { person })) : accept()
    return inside || state.joined.length >= maxJoined ? accept() : accept(event('person.joined', { person }))
  },
})

export const systemCommands = { 'clock.look': look, 'presence.note': notePresence }
