import { day, hour, minute, second } from '../duration.ts'
import type { Answer, Length, Window } from './findings.ts'

/** Times as people write them in plans. What is not a figure of the text is never made into one. */

const words: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  'forty-five': 45,
  'forty five': 45,
  sixty: 60,
}
const number = `\\d+(?:\\.\\d+)?|${Object.keys(words).join('|')}|half an?|an?(?=\\s+(?:hour|day|minute|week))`
/** A word does not end here. Ranges, since a class of all letters is slow to build, and more so without regard to case. */
const goesOn = '[a-z\\u00c0-\\u024f\\u0370-\\u052f\\d]'
const unit = `(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:ee)?ks?)(?!${goesOn})`
const amount = `(?:${number})[\\s-]*(?:calendar\\s+)?${unit}`
const amounts = `${amount}(?:\\s*(?:and\\s+)?\\d+\\s*(?:m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?!${goesOn}))?`
const rangePattern = new RegExp(
  `(?:between\\s+)?(?<from>\\d+(?:\\.\\d+)?)\\s*(?<fromUnit>${unit})?\\s*(?:-|–|—|to|and|→)\\s*(?:T?\\+)?(?<to>\\d+(?:\\.\\d+)?)\\s*-?(?<toUnit>${unit})`,
  'i',
)
const openPattern = new RegExp(
  `(?<from>\\d+(?:\\.\\d+)?)\\s*(?:\\+\\s*(?<unit>${unit})|(?<unit2>${unit})\\s*\\+)`,
  'i',
)
const everyPattern = new RegExp(
  `\\b(?:every|each|per)\\s+(?:(?<from>\\d+)\\s*(?:-|–|to)\\s*)?(?:(?<amount>${amounts})|(?<unit>minute|half hour|half-hour|hour|day|week))(?!${goesOn})|\\b(?<adverb>hourly|half-hourly|daily|weekly)\\b|(?<interval>${amount})(?:ly)?[\\s-]+(?:intervals?|cadence|updates?)\\b`,
  'i',
)
const lengthPattern = new RegExp(
  `(?<sign>[<>≤≥]=?\\s*|\\b(?:no (?:later|more|longer) than|not more than|less than|more than|longer than|at most|within|under|up to|max(?:imum)?(?: of)?|after|over|exceed(?:s|ing)?|for(?: more than| at least)?|by|in)\\s+(?:the\\s+)?(?:first\\s+|next\\s+|last\\s+)?)?(?<amount>${amounts})`,
  'gi',
)
const marker = new RegExp(
  `\\bT\\s*\\+\\s*(\\d+)\\s*(m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?|d(?:ays?)?)?(?!${goesOn})`,
  'i',
)
const partPattern = new RegExp(`(${number})[\\s-]*(?:calendar\\s+)?(${unit})`, 'gi')

export type Relation = 'within' | 'under' | 'after' | 'for' | 'bare'

export interface TimeSpan {
  at: number
  relation: Relation
  length: Length
  words: string
}

/** Every single length of time in a text, in order: "within 15 minutes", "< 5 min", "after 1 hour". */
export function lengthsIn(text: string): TimeSpan[] {
  return [...text.matchAll(lengthPattern)].flatMap((found): TimeSpan[] => {
    const ms = msOf(found.groups?.amount ?? '')
    // "business days" are no length: nobody knows how long they are without a calendar.
    if (ms === null || /^\s*(?:business|working|bank)/i.test(text.slice(found.index + found[0].length)))
      return []
    const sign = (found.groups?.sign ?? '').trim().toLowerCase()
    const relation = relationOf(sign)
    const bound = relation === 'under' ? 'exclusive' : 'inclusive'
    return [{ at: found.index, relation, length: { ms, bound }, words: found[0].trim() }]
  })
}

function relationOf(sign: string): Relation {
  if (sign === '') return 'bare'
  if (/^(?:<|under|less than)$/.test(sign)) return 'under'
  if (/^(?:>|≥|>=|after|over|more than|longer than|exceed)/.test(sign)) return 'after'
  if (/^for/.test(sign)) return 'for'
  return 'within'
}

/** The length that something must be done in: one figure, or the longer of two that the text gives as a range. */
export function limitIn(text: string): Length | null {
  const range = rangeIn(text)
  if (range !== null && range.to !== null) {
    if (range.from === 0) return { ms: range.to, bound: 'inclusive' }
    return range.to > range.from ? { ms: range.to, bound: 'inclusive', least: range.from } : null
  }
  if (range !== null) return null
  const lengths = lengthsIn(text).filter(({ relation }) => relation !== 'after' && relation !== 'for')
  return lengths[0]?.length ?? null
}

/** "every 30 minutes", "hourly", "30-minute updates". */
export function everyIn(text: string): Length | null {
  const groups = everyPattern.exec(text)?.groups
  if (groups === undefined) return null
  if (groups.adverb !== undefined) {
    const adverb = groups.adverb.toLowerCase()
    return {
      ms: adverb === 'hourly' ? hour : adverb === 'daily' ? day : adverb === 'weekly' ? 7 * day : 30 * minute,
      bound: 'inclusive',
    }
  }
  if (groups.unit !== undefined) {
    const unit = groups.unit.toLowerCase()
    return { ms: /half/.test(unit) ? 30 * minute : (msOf(`1 ${unit}`) ?? 0), bound: 'inclusive' }
  }
  const ms = msOf(groups.amount ?? groups.interval ?? '')
  if (ms === null) return null
  const least = groups.from === undefined ? null : msOf(`${groups.from} ${unitOf(groups.amount ?? '')}`)
  return { ms, bound: 'inclusive', ...(least === null || least >= ms ? {} : { least }) }
}

/** "0-15 min", "30 minutes - 2 hours", "4+ hours", "T+15 to T+30". */
export function rangeIn(text: string): { from: number; to: number | null } | null {
  const range = rangePattern.exec(text)?.groups
  if (range !== undefined) {
    const to = msOf(`${range.to} ${range.toUnit}`)
    const from = Number(range.from) === 0 ? 0 : msOf(`${range.from} ${range.fromUnit ?? range.toUnit}`)
    if (to !== null && from !== null && to > from) return { from, to }
  }
  const open = openPattern.exec(text)?.groups
  const from = open === undefined ? null : msOf(`${open.from} ${open.unit ?? open.unit2}`)
  return from === null ? null : { from, to: null }
}

/** "T+15": ms after the start. Minutes where no unit is written, as the notation is read everywhere. */
export function markIn(text: string): number | null {
  const found = marker.exec(text)
  if (found === null) return null
  return Number(found[1]) === 0 ? 0 : msOf(`${found[1]} ${found[2] ?? 'm'}`)
}

/** Every time that a text states, ms: lengths, both ends of a range, intervals and marks after the start. */
export function timesIn(text: string): number[] {
  const range = rangeIn(text)
  const mark = markIn(text)
  const every = everyIn(text)
  return [
    ...lengthsIn(text).map(({ length }) => length.ms),
    ...(range === null ? [] : [range.from, ...(range.to === null ? [] : [range.to])]),
    ...(mark === null ? [] : [mark]),
    ...(every === null ? [] : [every.ms]),
  ]
}

/** When a phase takes place, from the words in its heading. */
export function windowIn(text: string): Window | null {
  const range = rangeIn(text)
  if (range !== null) return { kind: 'span', ...range }
  const first = /\bfirst\s+/i.exec(text)
  const length = lengthsIn(text)[0]
  if (first !== null && length !== undefined) return { kind: 'span', from: 0, to: length.length.ms }
  if (/\(\s*immediate(?:ly)?\s*\)/i.test(text)) return { kind: 'immediate' }
  return null
}

/** How fast somebody answers, as a table's cell or a list's item says it. */
export function answerIn(text: string): Answer | null {
  const length = limitIn(text)
  const word = /\b(immediate(?:ly)?|asap|as soon as possible|instant(?:ly)?)\b/i.exec(text)?.[1]
  if (length !== null)
    return { kind: 'within', ...length, ...(word === undefined ? {} : { word: word.toLowerCase() }) }
  if (/\bnext (?:business|working) day\b/i.test(text)) return { kind: 'next-business-day' }
  if (/\bscheduled\b/i.test(text)) return { kind: 'scheduled' }
  const loose =
    word ??
    /\b(best[- ]effort|(?:\d+|one|two|three|five) (?:business|working) (?:hours?|days?)|(?:during )?(?:business|working|office) hours|next (?:sprint|release|week)|when (?:possible|convenient))\b/i.exec(
      text,
    )?.[1]
  return loose === undefined ? null : { kind: 'word', word: loose.toLowerCase() }
}

/** Round the clock, or in business hours; null where neither is said. */
export function alwaysIn(text: string): boolean | null {
  if (/\b24\s*[/x×]\s*7\b|\bround[- ]the[- ]clock\b|\b24 hours a day\b/i.test(text)) return true
  return /\b(?:business|working|office)[- ]hours\b|\bmon(?:day)?\s*(?:-|–|to)\s*fri(?:day)?\b/i.test(text)
    ? false
    : null
}

/** "weekly", "every quarter", "annually": as the playbook writes a calendar interval. */
export function calendarIn(text: string): string | null {
  const found =
    /\b(?:(bi-?weekly|fortnightly)|(weekly|each week|every week)|(monthly|each month|every month)|(quarterly|each quarter|every quarter)|(semi-?annual(?:ly)?|twice a year|bi-?annual(?:ly)?)|(annual(?:ly)?|yearly|each year|every year)|every (\d{1,2}) (week|month|year)s?)\b/i.exec(
      text,
    )
  if (found === null) return null
  if (found[7] !== undefined)
    return `${Number(found[7])} ${(found[8] ?? 'month').toLowerCase()}${Number(found[7]) === 1 ? '' : 's'}`
  const at = found.slice(1, 7).findIndex((one) => one !== undefined)
  return ['2 weeks', '1 week', '1 month', '3 months', '6 months', '1 year'][at] ?? null
}

function unitOf(text: string): string {
  return /[a-z]+\s*$/i.exec(text)?.[0]?.trim() ?? ''
}

/** Whole ms, or null for what is no length, or longer than anybody plans. */
function msOf(text: string): number | null {
  let total = 0
  let seen = false
  for (const found of text.matchAll(partPattern)) {
    const count = countOf((found[1] ?? '').toLowerCase())
    const ms = unitMs((found[2] ?? '').toLowerCase())
    total += count * ms
    seen = true
  }
  return seen && Number.isInteger(total) && total > 0 && total <= 365 * day ? total : null
}

function countOf(text: string): number {
  if (/^half/.test(text)) return 0.5
  if (/^an?$/.test(text)) return 1
  return words[text] ?? Number(text)
}

function unitMs(text: string): number {
  if (text.startsWith('s')) return second
  if (text.startsWith('m')) return minute
  if (text.startsWith('h')) return hour
  return text.startsWith('d') ? day : 7 * day
}
