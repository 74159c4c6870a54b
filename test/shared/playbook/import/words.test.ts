import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countOfWordSigns,
  hasLetters,
  hasWords,
  spaced,
  withoutSignsBefore,
} from '../../../../shared/playbook/import/words.ts'

/** Signs of plans and of every other text, one after the other. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '⚠️ ',
        '🚨',
        ':',
        ':warning:',
        ':+1:',
        '(',
        '[',
        '**',
        '—',
        '½',
        '①',
        'é',
        'ª',
        '٣',
        'a',
        '7',
        ' ',
      ),
      fc.string({ maxLength: 4, unit: 'grapheme' }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const says = (rule: (text: string) => void) => fc.assert(fc.property(texts, rule), { numRuns: 600 })

describe('words and signs, as the patterns of all letters tell them', () => {
  it('a text from its first word on', () => {
    says((text) => {
      expect(withoutSignsBefore(text)).toBe(text.replace(/^(?:[^\p{L}\p{N}:]|:[\w+-]+:|:)+/u, ''))
      expect(withoutSignsBefore(text, '(')).toBe(text.replace(/^(?:[^\p{L}\p{N}(:]|:[\w+-]+:|:)+/u, ''))
      expect(withoutSignsBefore(text, '<[{(')).toBe(text.replace(/^(?:[^\p{L}\p{N}<[{(:]|:[\w+-]+:|:)+/u, ''))
    })
  })

  it('its words with blanks between them', () => {
    says((text) => {
      expect(spaced(text).trim()).toBe(text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim())
      expect(spaced(text, ".' -").trim()).toBe(text.replace(/[^\p{L}\p{N}.' -]+/gu, ' ').trim())
      expect(spaced(text, '', false).trim()).toBe(text.replace(/[^\p{L}]+/gu, ' ').trim())
    })
  })

  it('whether there are any, and how many signs they have', () => {
    says((text) => {
      expect(hasWords(text)).toBe(/[\p{L}\p{N}]/u.test(text))
      expect(hasLetters(text)).toBe(/\p{L}/u.test(text))
      expect(countOfWordSigns(text)).toBe(text.replace(/[^\p{L}\p{N}]/gu, '').length)
    })
  })
})
