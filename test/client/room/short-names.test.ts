import { expect, it } from 'vitest'
import { shortNames } from '../../../client/components/room/short-names.ts'

it('shortens names only while that leaves them different', () => {
  const people = [
    { id: 'a', name: 'Maya Okafor' },
    { id: 'b', name: 'Maya Lind' },
    { id: 'c', name: 'Ravi Shah' },
    { id: 'd', name: 'root' },
  ]
  expect([...shortNames(people)]).toEqual([
    ['a', 'Maya Okafor'],
    ['b', 'Maya Lind'],
    ['c', 'Ravi'],
    ['d', 'root'],
  ])
})
