import { afterEach, describe, expect, it } from 'vitest'
import { forgetUnsaved, keepUnsaved, unsavedCount } from '../../../client/state/unsaved.ts'
import {
  backToMine,
  isDirty,
  keepTexts,
  moveTexts,
  nothing,
  openedTheirs,
  saved,
  settled,
  type Texts,
  textsLeft,
} from '../../../client/views/playbook/edit/texts.ts'

const mine: Texts = { source: 'mine', kept: 'before', base: 'm1', aside: [] }
const theirs = { source: 'theirs', mark: 'm2' }
const typed = (texts: Texts, source: string): Texts => ({ ...texts, source })

afterEach(() => forgetUnsaved())

describe('the drafts of two who write one playbook', () => {
  it('keeps one’s own beside theirs, also when a change of theirs is saved', () => {
    const opened = openedTheirs(mine, theirs)
    expect(opened).toEqual({ source: 'theirs', kept: 'theirs', base: 'm2', aside: ['mine'] })
    const after = saved(typed(opened, 'theirs, changed'), 'theirs, changed', 'm3')
    expect(after).toEqual({ source: 'theirs, changed', kept: 'theirs, changed', base: 'm3', aside: ['mine'] })
  })

  it('keeps what was changed in theirs when one’s own comes back, and goes back and forth', () => {
    const back = backToMine(typed(openedTheirs(mine, theirs), 'theirs, changed'))
    expect(back).toEqual({ source: 'mine', kept: 'theirs', base: 'm2', aside: ['theirs, changed'] })
    expect(backToMine(back)).toMatchObject({ source: 'theirs, changed', aside: ['mine'] })
    // What is saved needs no place beside it.
    expect(backToMine(openedTheirs(mine, theirs)).aside).toEqual([])
    expect(saved(back, 'mine', 'm3').aside).toEqual(['theirs, changed'])
    expect(saved(typed(back, 'theirs, changed'), 'theirs, changed', 'm3').aside).toEqual([])
  })

  it('keeps every text of one’s own when a third draft is opened over a change of the second', () => {
    const second = typed(openedTheirs(mine, theirs), 'theirs, changed')
    const third = openedTheirs(second, { source: 'a third', mark: 'm3' })
    expect(third).toEqual({
      source: 'a third',
      kept: 'a third',
      base: 'm3',
      aside: ['mine', 'theirs, changed'],
    })
    expect(backToMine(third)).toMatchObject({ source: 'mine', aside: ['theirs, changed'] })
    expect(openedTheirs({ ...third, aside: ['mine'] }, theirs).aside).toEqual(['mine'])
  })

  it('takes what was set aside away with the draft, and keeps what was typed meanwhile', () => {
    const opened = openedTheirs(mine, theirs)
    expect(isDirty(settled(opened, 'theirs'))).toBe(false)
    keepTexts('priya', 'sample', settled(opened, 'theirs'))
    expect(unsavedCount('priya', 'playbook/')).toBe(0)
    const on = settled(typed(opened, 'theirs, and more'), 'theirs')
    expect(on).toEqual({ source: 'theirs, and more', kept: 'theirs', base: null, aside: [] })
    expect(isDirty(on)).toBe(true)
  })
})

describe('what is left on the page', () => {
  const now: Texts = { source: 'before', kept: 'before', base: 'm1', aside: [] }

  it('is there again with the mark it began from and all that waited', () => {
    const left: Texts = { ...mine, base: 'm0', aside: ['one', 'two\nlines'] }
    keepTexts('priya', 'sample', left)
    expect(textsLeft('priya', 'sample', now)).toEqual(left)
    keepTexts('priya', 'sample', now)
    expect(textsLeft('priya', 'sample', now)).toEqual(now)
    expect(unsavedCount('priya')).toBe(0)
  })

  it('reads the one text that an earlier version set aside', () => {
    keepUnsaved('priya', 'playbook/sample/aside', 'id: sample')
    expect(textsLeft('priya', 'sample', now).aside).toEqual(['id: sample'])
    keepUnsaved('priya', 'playbook/sample/aside', '5')
    expect(textsLeft('priya', 'sample', now).aside).toEqual(['5'])
  })

  it('goes to the page of the draft when more was typed while it was saved', () => {
    const typing = saved({ source: 'file, and more', kept: '', base: null, aside: [] }, 'file', 'm1')
    expect(typing).toMatchObject({ source: 'file, and more', kept: 'file', base: 'm1' })
    moveTexts('priya', null, 'sample', typing)
    const page: Texts = { source: 'file', kept: 'file', base: 'm1', aside: [] }
    expect(textsLeft('priya', 'sample', page)).toEqual(typing)
    expect(textsLeft('priya', null, nothing)).toEqual(nothing)
  })

  it('goes nowhere when nothing was typed, and leaves what waits there', () => {
    moveTexts('priya', null, 'sample', saved(typed(nothing, 'file'), 'file', 'm1'))
    expect(unsavedCount('priya')).toBe(0)
    keepTexts('priya', 'sample', mine)
    moveTexts('priya', null, 'sample', saved(typed(nothing, 'file, and more'), 'file', 'm2'))
    const page: Texts = { source: 'file', kept: 'file', base: 'm2', aside: [] }
    expect(textsLeft('priya', 'sample', page)).toEqual({ ...page, source: 'file, and more', aside: ['mine'] })
  })
})
