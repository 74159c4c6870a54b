import { describe, expect, it } from 'vitest'
import { lengthNote } from '../../client/components/length-note.ts'

describe('the room a text has left', () => {
  it('is said when little is left, and when it is over', () => {
    expect(lengthNote('a'.repeat(169), 200)).toBeNull()
    expect(lengthNote('a'.repeat(170), 200)).toEqual({ text: '30 characters left', over: false })
    expect(lengthNote('a'.repeat(199), 200)).toEqual({ text: '1 character left', over: false })
    expect(lengthNote('a'.repeat(200), 200)).toEqual({ text: '0 characters left', over: false })
    expect(lengthNote('a'.repeat(500), 200)).toEqual({
      text: '300 characters too many. 200 are the most.',
      over: true,
    })
  })

  it('does not count the spaces around it, which are not kept', () => {
    expect(lengthNote(` ${'a'.repeat(200)} `, 200)?.over).toBe(false)
  })
})
