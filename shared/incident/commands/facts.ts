import * as z from 'zod/mini'
import { correctableTimes, event } from '../events.ts'
import { knownSince } from '../known-since.ts'
import { impliedBy } from '../triage.ts'
import { accept, define, refuse } from './define.ts'
import { flagField, futureToleranceMs, idField, reasonField, settableTimeField, timeField } from './fields.ts'

const componentName = z.string().check(z.trim(), z.minLength(1, 'Name the component.'), z.maxLength(80))
export const maxComponents = 50

const addComponent = define({
  summary: 'Adds an affected system, service or feature.',
  schema: z.strictObject({ name: componentName }),
  whenClosed: false,
  grows: true,
  decide: (state, { name }) => {
    if (state.components.some((c) => c.toLowerCase() === name.toLowerCase())) return accept()
    if (state.components.length >= maxComponents)
      return refuse('too-large', `${maxComponents} components are listed already.`, 'name')
    return accept(event('component.added', { name }))
  },
})

const removeComponent = define({
  summary: 'Takes a component off the list of what is affected.',
  schema: z.strictObject({ name: componentName }),
  whenClosed: false,
  grows: false,
  decide: (state, { name }) =>
    state.components.includes(name) ? accept(event('component.removed', { name })) : accept(),
})

const setFlag = define({
  summary:
    'Answers a triage question of the playbook with yes, no or unknown. Yes to a rung of a ladder is yes to those below it; taking it back recalls none (R4).',
  schema: z.strictObject({ flag: idField, value: flagField }),
  whenClosed: false,
  grows: false,
  decide: (state, { flag, value }, { playbook }) => {
    if (!playbook.flags.some((f) => f.id === flag))
      return refuse('invalid', 'The playbook asks no such question.', 'flag')
    const was = state.flags[flag]?.value ?? 'unknown'
    // Said for the first time, "unknown" is an answer: the question was asked, and nobody knows.
    if (was === value && state.flags[flag] !== undefined) return accept()
    const rungs = value === 'yes' ? impliedBy(flag, playbook) : []
    return accept(
      event('flag.set', { flag, value, was }),
      ...rungs.flatMap((rung) => {
        const before = state.flags[rung]?.value ?? 'unknown'
        return before === 'yes' ? [] : [event('flag.set', { flag: rung, value, was: before, by: flag })]
      }),
    )
  },
})

const setTime = define({
  summary:
    'Sets or corrects one of the times of the incident, with the reason; null takes it away where it was never so. The old value stays in the record and no breach is undone (R12, R21).',
  schema: z.strictObject({ time: settableTimeField, at: z.nullable(timeField), reason: reasonField }),
  whenClosed: false,
  grows: false,
  decide: (state, { time, at, reason }, { now }) => {
    const was = state.times[time] ?? null
    const corrected = correctableTimes.some((one) => one === time)
    if (corrected && was === null)
      return refuse('conflict', `It is not ${time} yet. That comes by doing so.`, 'time')
    if (corrected && at === null) return refuse('invalid', 'That happened in the record.', 'at')
    if (at !== null && at > now + futureToleranceMs)
      return refuse('invalid', 'That lies in the future.', 'at')
    const known = knownSince(state)
    if (time === 'resolved' && at !== null && known !== null && at < known.at)
      return refuse('invalid', 'That is before anybody knew of it.', 'at')
    const cut = at === null ? null : Math.min(at, now)
    return was === cut ? accept() : accept(event('time.set', { time, at: cut, was, reason }))
  },
})

/** What opens a call and nothing else: no script, no file, no address of this machine's own. */
const bridgeField = z
  .string()
  .check(
    z.trim(),
    z.maxLength(500, 'That is longer than 500 characters.'),
    z.regex(
      /^(?:https:\/\/[^\s"'<>\\]{3,}|tel:\+?[0-9][0-9().,#*-]{2,40}(?:;[a-z-]+=[\w.-]+)*)$/,
      'Write a link that begins with https:// or a number as tel:+49301234.',
    ),
  )

const setBridge = define({
  summary: 'Says where people talk to each other: a link to a call, or a telephone number.',
  schema: z.strictObject({ url: bridgeField }),
  whenClosed: false,
  grows: true,
  decide: (state, { url }) =>
    state.bridge === url ? accept() : accept(event('bridge.changed', { url, was: state.bridge })),
})

const removeBridge = define({
  summary: 'Takes the link to the call away.',
  schema: z.strictObject({}),
  whenClosed: false,
  grows: false,
  decide: (state) =>
    state.bridge === null ? accept() : accept(event('bridge.changed', { url: null, was: state.bridge })),
})

export const factCommands = {
  'bridge.set': setBridge,
  'bridge.remove': removeBridge,
  'component.add': addComponent,
  'component.remove': removeComponent,
  'flag.set': setFlag,
  'time.set': setTime,
}
