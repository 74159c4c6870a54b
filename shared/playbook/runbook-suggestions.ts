import { conditionWords } from './condition-words.ts'
import { type ConditionFacts, evaluate } from './conditions.ts'
import type { Playbook } from './model.ts'
import type { Runbook } from './parts/runbooks.ts'

/** A runbook of this playbook with what speaks for it, in words; nothing speaks for most of them. */
export interface RankedRunbook {
  runbook: Runbook
  /** "“API does not answer”", "alert “HighErrorRate”", "“Is data lost?” is yes"; the strongest first. */
  why: string[]
  /** Its own condition says that it is for another incident; it stays reachable. */
  away: boolean
}

/** Worth of what speaks for a runbook: a condition that holds, an alert by its name, a word that few others have. */
const conditionWorth = 3
const nameWorth = 2
/** Below this a match is by words that many runbooks share, and says nothing. */
const leastWorth = 0.5

/**
 * The runbooks of one playbook, those that fit first: by their condition, and by the words people use for what they
 * see, against symptoms, alert names, types and titles of this playbook only (R95). Pure.
 */
export function rankRunbooks(playbook: Playbook, facts: ConditionFacts, said: string): RankedRunbook[] {
  const words = new Set(tokens(said))
  const signs = new Map(playbook.runbooks.map((runbook) => [runbook.id, signsOf(runbook, playbook)]))
  const spread = spreadOf([...signs.values()])
  const ranked = playbook.runbooks.map((runbook, at) => {
    const holds = runbook.when === undefined ? 'unknown' : evaluate(runbook.when, facts)
    const found = (signs.get(runbook.id) ?? [])
      .map((sign) => ({ words: sign.words, worth: worthOf(sign, words, spread) }))
      .filter((sign) => sign.worth >= leastWorth)
      .sort((a, b) => b.worth - a.worth)
    const byCondition =
      runbook.when !== undefined && holds === 'true' ? [conditionWords(runbook.when, playbook)] : []
    const worth = (byCondition.length > 0 ? conditionWorth : 0) + (found[0]?.worth ?? 0)
    return {
      ranked: {
        runbook,
        why: [...byCondition, ...found.map((sign) => sign.words)].slice(0, 3),
        away: holds === 'false',
      },
      worth: holds === 'false' ? -1 : worth,
      at,
    }
  })
  return ranked.sort((a, b) => b.worth - a.worth || a.at - b.at).map((one) => one.ranked)
}

interface Sign {
  words: string
  tokens: string[]
  /** A name that was given as a whole counts more than a word of it. */
  isName: boolean
}

function signsOf(runbook: Runbook, playbook: Playbook): Sign[] {
  const sign = (words: string, text: string, isName = false): Sign => ({
    words,
    tokens: tokens(text),
    isName,
  })
  return [
    sign(`“${runbook.title}”`, runbook.title),
    ...runbook.symptoms.map(({ text }) => sign(`“${text}”`, text)),
    ...playbook.alerts.map
      .filter((one) => one.runbook === runbook.id)
      .map(({ alert }) => sign(`alert “${alert}”`, alert, true)),
    ...playbook.classification.types
      .filter((one) => one.runbook === runbook.id)
      .map(({ label }) => sign(`type “${label}”`, label, true)),
  ]
}

/** In how many runbooks each word stands. */
function spreadOf(all: readonly Sign[][]): Map<string, number> {
  const spread = new Map<string, number>()
  for (const signs of all)
    for (const token of new Set(signs.flatMap((sign) => sign.tokens)))
      spread.set(token, (spread.get(token) ?? 0) + 1)
  return spread
}

function worthOf(sign: Sign, words: ReadonlySet<string>, spread: ReadonlyMap<string, number>): number {
  const met = sign.tokens.filter((token) => words.has(token))
  const whole = sign.isName && met.length === sign.tokens.length ? nameWorth : 0
  return whole + met.reduce((sum, token) => sum + 1 / (spread.get(token) ?? 1), 0)
}

const small = new Set(
  'a an and are as at be by do does for from has in is it its no not of on one or other so some than that the then there they this to was what when with'.split(
    ' ',
  ),
)

/** Words and numbers, small; what says nothing is left out, and an s of the plural. */
function tokens(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words.filter((word) => word.length > 1 && !small.has(word)).map(singular))]
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}
