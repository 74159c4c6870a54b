import * as z from 'zod/mini'
import { event } from '../events.ts'
import { accept, define, refuse } from './define.ts'
import { flagField, futureToleranceMs, idField, reasonField, settableTimeField, timeField } from './fields.ts'

const componentName = z.string().check(z.trim(), z.minLength(1, 'Name the component.'), z.maxLength(80))
export const maxComponents = 50

const addComponent = define({
  title: 'Add component',
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
  title: 'Remove component',
  summary: 'Takes a component off the list of what is affected.',
  schema: z.strictObject({ name: componentName }),
  whenClosed: false,
  grows: false,
  decide: (state, { name }) =>
    state.components.includes(name) ? accept(event('component.removed', { name })) : accept(),
})

const setFlag = define({
  title: 'Answer question',
  summary: 'Answers a triage question of the playbook with yes, no or unknown.',
  schema: z.strictObject({ flag: idField, value: flagField }),
  whenClosed: false,
  grows: false,
  decide: (state, { flag, value }, { playbook }) => {
    if (!playbook.flags.some((f) => f.id === flag))
      return refuse('invalid', 'The playbook asks no such question.', 'flag')
    const was = state.flags[flag]?.value ?? 'unknown'
    return was === value ? accept() : accept(event('flag.set', { flag, value, was }))
  },
})

const setTime = define({
  title: 'Correct time',
  summary:
    'Sets or corrects one of the times of the incident, with the reason. The old value stays in the record and no breach is undone (R12, R21).',
  schema: z.strictObject({ time: settableTimeField, at: timeField, reason: reasonField }),
  whenClosed: false,
  grows: false,
  decide: (state, { time, at, reason }, { now }) => {
    if (at > now + futureToleranceMs) return refuse('invalid', 'That lies in the future.', 'at')
    const was = state.times[time] ?? null
    const cut = Math.min(at, now)
    return was === cut ? accept() : accept(event('time.set', { time, at: cut, was, reason }))
  },
})

export const factCommands = {
  'component.add': addComponent,
  'component.remove': removeComponent,
  'flag.set': setFlag,
  'time.set': setTime,
}
