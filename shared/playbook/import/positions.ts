import type { RoleKind } from './findings.ts'
import { plainWords, wordSet } from './words.ts'

const positionWords = wordSet(
  `ciso vp svp evp lead leads leader leaders manager managers director directors head engineer engineers officer architect
  admin administrator administrators team teams commander owner analyst counsel specialist sre coordinator supervisor
  executive executives management oncall primary secondary expert responder responders founder president developer
  leadership dba desk`,
)
/** Words that are a position when they stand alone. */
const departments = wordSet('security legal support communications pr hr marketing compliance')

/** Whether a short text names somebody by what they do. */
function isPosition(part: string): boolean {
  if (departments.has(part.toLowerCase())) return true
  // CTO, CISO and their like.
  const named = (word: string) => positionWords.has(word) || /^c[a-z]{1,2}o$/.test(word)
  return plainWords(part).some(named) || /\bon-call\b/i.test(part)
}

/** A part that says what is done is no position, whoever it names. */
const deeds = wordSet(
  `identify transfer retrieve update assign ensure continue determine return create begin review document assess check
  confirm declare establish follow gather get handling if is join keep make monitor no open post provide request schedule
  send set start take use verify work with write`,
)

/**
 * Positions a text names as a list: "Team lead + domain expert", "VP Engineering/CTO", "notify CTO". A sentence that
 * says more than who it is gives only what stands after a word such as "escalate to".
 */
export function positionsIn(text: string): string[] {
  const bare = text
    .replace(/\([^)]*\)|\[[^\]]*\]/g, ' ')
    .replace(/[.;]\s.*$/s, '')
    .replace(
      /\s+(?:if|when|for|after|within|at|by|via|who|until|with|from|regarding|about|of (?:resolution|the))(?:\s.*)?$/i,
      '',
    )
  return bare
    .split(/\s*(?:\+|,|;|\/|&|→|->|=>|>|⇒|\band\b|\bor\b|\bthen\b|\bplus\b)\s*/i)
    .map((part) =>
      part
        .replace(
          /^.*\b(?:escalate(?:s|d)? (?:directly )?to|engage|involve|bring in|loop in|hand(?:ed)? (?:over|off) to)\b/i,
          '',
        )
        .replace(
          /^\s*(?:also\s+)?(?:please\s+)?(?:immediately\s+)?(?:page|notify|call|contact|inform|alert|tell|email|phone|text|ping|message)s?\s+/i,
          '',
        )
        .replace(/^\s*(?:the|our|your|a|an|all|appropriate|relevant|any)\s+/i, '')
        .replace(/^[\s:–—-]+|[\s:.–—-]+$/g, '')
        .trim(),
    )
    .filter(
      (part) =>
        part !== '' &&
        part.split(/\s+/).length <= 5 &&
        part.length <= 60 &&
        isPosition(part) &&
        !/^\d/.test(part) &&
        !deeds.has(/^\w+/.exec(part)?.[0].toLowerCase() ?? ''),
    )
}

/** Positions of a chain, in order: "Team Lead → Engineering Manager → CTO". Empty when there is no chain. */
export function chainIn(text: string): string[] {
  if (!/→|->|=>|⇒|➔|>>/.test(text)) return []
  const links = text.split(/\s*(?:→|->|=>|⇒|➔|>>)\s*/).map((one) => one.trim())
  return links.length > 1 && links.every((one) => one !== '' && one.split(/\s+/).length <= 6) ? links : []
}

/** What a role does in the room, by the words of its name. */
export function roleKindOf(name: string): RoleKind {
  if (
    /\bincident (?:commander|manager|lead(?:er)?|coordinator|controller|captain)\b|\bcommander\b|\bimoc\b|\bincident command\b|\bmajor incident manager\b/i.test(
      name,
    ) &&
    !/deput/i.test(name)
  )
    return 'commander'
  if (/\bscribe\b|\bnote[- ]?taker\b|\brecorder\b|\bdocumenter\b/i.test(name)) return 'scribe'
  if (/communicat|\bcomms?\b|\bcmoc\b|liaison|public relations|spokes|\bpr\b/i.test(name))
    return 'communications'
  if (/securit|\bciso\b|forensic/i.test(name)) return 'security'
  if (/\boperations?\b|\bops\b|\bsre\b|infrastructure/i.test(name)) return 'operations'
  if (/tech|subject matter|\bsme\b|engineer|developer|expert/i.test(name)) return 'technical'
  return 'other'
}

/** Text that stands where somebody has to fill something in. */
export function isBlank(text: string): boolean {
  const bare = text.trim()
  if (bare === '' || /^(?:[-–—_.…?]+|tbd|tba|n\/?a|todo|none|xxx+|\?+)$/i.test(bare)) return true
  if (
    /^(?:\[[^\]]*\]|\{+[^{}]*\}+|<[^>]*>|_{2,})(?:\s*[-–,|/]\s*(?:\[[^\]]*\]|\{+[^{}]*\}+|<[^>]*>))*$/.test(
      bare,
    )
  )
    return true
  return /\bx{3,}\b/i.test(bare)
}
