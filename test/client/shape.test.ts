import { expect, it } from 'vitest'
import {
  having,
  list,
  Misfit,
  maybe,
  number,
  oneOf,
  orNull,
  record,
  shape,
  text,
  yes,
} from '../../client/net/shape.ts'

const person = shape({ name: text, role: oneOf('viewer', 'guest'), seen: orNull(number), off: maybe(yes) })

it('gives what was named, and leaves out the rest', () => {
  expect(person({ name: 'Ada', role: 'guest', seen: null, extra: 1 })).toEqual({
    name: 'Ada',
    role: 'guest',
    seen: null,
    off: undefined,
  })
  expect(list(number)([1, 2])).toEqual([1, 2])
  expect(record(text)({ a: 'x' })).toEqual({ a: 'x' })
})

it.each([
  [person, null],
  [person, { name: 1, role: 'guest', seen: null }],
  [person, { name: 'Ada', role: 'owner', seen: null }],
  [person, { name: 'Ada', role: 'guest' }],
  [person, { name: 'Ada', role: 'guest', seen: 1, off: 'no' }],
  [list(number), { 0: 1 }],
  [list(number), ['1']],
  [record(text), { a: 1 }],
  [having<{ seq: number }>('seq'), { at: 1 }],
])('refuses what does not fit', (read, value) => {
  expect(() => read(value)).toThrow(Misfit)
})
