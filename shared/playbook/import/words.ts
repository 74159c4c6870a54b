/**
 * Words and signs of a text. A pattern of all letters, or of a long list of words, takes half a millisecond to build
 * before it finds anything; a plan is read once, so these look at the signs themselves.
 */

/** Ranges beyond ASCII that hold signs only, with what plans use most: dashes, quotes, arrows, boxes, emoji. */
const signsOnly: readonly (readonly [number, number])[] = [
  [0x2000, 0x206f],
  [0x2190, 0x245f],
  [0x2500, 0x2775],
  [0x2794, 0x2bff],
  [0xfe00, 0xfe0f],
  [0x1f300, 0x1faff],
]
const anyLetter = /\p{L}/u
const anyNumber = /\p{N}/u

/** What a sign, given as its code point, is part of. */
function kindOf(point: number): 'letter' | 'number' | 'sign' {
  if (point < 0x80) {
    if (point >= 0x30 && point <= 0x39) return 'number'
    const small = point | 0x20
    return small >= 0x61 && small <= 0x7a ? 'letter' : 'sign'
  }
  if (signsOnly.some(([from, to]) => point >= from && point <= to)) return 'sign'
  const sign = String.fromCodePoint(point)
  if (anyLetter.test(sign)) return 'letter'
  return anyNumber.test(sign) ? 'number' : 'sign'
}

/** The first place from `from` on where `stop` holds of a sign; the text's length where it holds of none. */
function firstAt(text: string, from: number, stop: (point: number, at: number) => boolean): number {
  let at = from
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0
    if (stop(point, at)) return at
    at += point > 0xffff ? 2 : 1
  }
  return at
}

/** Whether a text holds a letter or a figure of any language. */
export function hasWords(text: string): boolean {
  return firstAt(text, 0, (point) => kindOf(point) !== 'sign') < text.length
}

/** Whether a text holds a letter of any language. */
export function hasLetters(text: string): boolean {
  return firstAt(text, 0, (point) => kindOf(point) === 'letter') < text.length
}

/** How many letters and figures a text has, in UTF-16 units. */
export function countOfWordSigns(text: string): number {
  let count = 0
  firstAt(text, 0, (point) => {
    if (kindOf(point) !== 'sign') count += point > 0xffff ? 2 : 1
    return false
  })
  return count
}

/** The letters and figures of a text with one blank for each run of anything else but the signs in `kept`. */
export function spaced(text: string, kept = '', figures = true): string {
  let words = ''
  let gap = false
  firstAt(text, 0, (point) => {
    const kind = kindOf(point)
    const sign = String.fromCodePoint(point)
    if (kind === 'letter' || (kind === 'number' && figures) || kept.includes(sign)) {
      words += gap ? ` ${sign}` : sign
      gap = false
    } else gap = true
    return false
  })
  return gap ? `${words} ` : words
}

/** A text from its first letter, figure or sign of `stops` on; a `:name:` before it stands for a picture. */
export function withoutSignsBefore(text: string, stops = ''): string {
  let past = 0
  return text.slice(
    firstAt(text, 0, (point, at) => {
      if (at < past) return false
      if (kindOf(point) !== 'sign') return true
      if (point !== 0x3a) return stops.includes(String.fromCodePoint(point))
      // `:warning:` goes as a whole, a colon alone as any other sign.
      past = at + (/^:[\w+-]+:/.exec(text.slice(at, at + 60))?.[0].length ?? 1)
      return false
    }),
  )
}

/** The words of plain letters, figures and `_`, in small letters. */
export function plainWords(text: string): string[] {
  return text.toLowerCase().match(/\w+/g) ?? []
}

/** A list of words as it is read best, as a set to look them up in. */
export function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}

/** Whether one of a text's plain words is in a list. */
export function namesOne(text: string, words: ReadonlySet<string>): boolean {
  return plainWords(text).some((word) => words.has(word))
}
