import { describe, expect, it } from 'vitest'
import { givenCommands } from '../../../client/views/room/acts/command-act.ts'
import { actOf, allActs, commandActs, keysOf } from '../../../client/views/room/acts/registry.ts'
import { roomActs } from '../../../client/views/room/acts/room-acts.ts'
import { commandTitles } from '../../../shared/incident/commands/titles.ts'

const twice = (all: readonly string[]) => all.filter((one, at) => all.indexOf(one) !== at)

describe('the acts of a room', () => {
  it('cover every command that people give', () => {
    expect(givenCommands.length).toBeGreaterThan(30)
    expect(givenCommands.filter((type) => !Object.hasOwn(commandActs, type))).toEqual([])
  })

  it('are called what their command is called', () => {
    for (const type of givenCommands) expect(actOf(type)?.title, type).toBe(commandTitles[type])
  })

  it('have ids, keys and slash words of their own', () => {
    expect(twice(allActs.map((act) => act.id))).toEqual([])
    expect(twice(allActs.flatMap((act) => act.keys ?? []))).toEqual([])
    expect(twice(allActs.flatMap((act) => Object.keys(act.slash ?? {})))).toEqual([])
  })

  it('give every command a slash word', () => {
    expect(givenCommands.filter((type) => Object.keys(actOf(type)?.slash ?? {}).length === 0)).toEqual([])
  })

  it('open acts that exist, under whose key those are shown', () => {
    for (const act of roomActs) {
      if (act.opens === undefined) continue
      const opened = actOf(act.opens)
      expect(opened, act.opens).toBeDefined()
      if (opened !== undefined) expect(keysOf(opened)).toEqual(act.keys)
    }
  })

  it('have no pair of keys whose first is a key by itself', () => {
    const keys = allActs.flatMap((act) => act.keys ?? [])
    const firsts = keys.filter((k) => k.includes(' ')).map((k) => k.split(' ')[0])
    expect(keys.filter((k) => firsts.includes(k))).toEqual([])
  })
})
