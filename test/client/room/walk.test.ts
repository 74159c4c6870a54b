import { expect, it } from 'vitest'
import { Walk } from '../../../client/components/room/walk.ts'

it('keeps the keys that come under way for where it leads', async () => {
  const walk = new Walk()
  expect(walk.holds('j')).toBe(false)
  const going = walk.go(Promise.resolve('row'))
  expect([walk.holds('j'), walk.holds('k')]).toEqual([true, true])
  expect(await going).toEqual({ reached: 'row', waited: ['j', 'k'] })
  expect(walk.holds('j')).toBe(false)
})

it('ends also where the way does not come about: no later key waits for ever', async () => {
  const walk = new Walk()
  const going = walk.go(Promise.reject(new Error('not drawn')))
  expect(walk.holds('j')).toBe(true)
  expect(await going).toEqual({ reached: null, waited: ['j'] })
  expect(walk.holds('j')).toBe(false)
})
