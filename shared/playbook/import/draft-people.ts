import { writeDuration } from '../duration.ts'
import { figureOf, groups } from './draft-core.ts'
import { type Findings, lineOf, linesOf } from './found.ts'
import { spaced, wordSet } from './words.ts'

/** Contacts, teams, escalation and notices of a draft. */
export function peopleOf(found: Findings): Record<string, unknown> {
  const contacts = contactsOf(found)
  const known = new Set(contacts.map((one) => one.id))
  const teams = teamsOf(found, known)
  const rotation = found.of('rotation')[0]
  return {
    contacts,
    teams,
    ...(rotation === undefined
      ? {}
      : {
          rotation: {
            every: figureOf(rotation.value.length),
            handover: { unset: true },
            src: lineOf(rotation),
          },
        }),
    escalation: { paths: pathsOf(found, known), ...matrixOf(found, known) },
    notices: found.of('notice').flatMap((one) => {
      const { id, label, to, ticket, severities, ways } = one.value
      const targets = to.filter((contact) => known.has(contact)).map((contact) => ({ contact }))
      if (targets.length === 0 && !ticket) return []
      return [
        {
          id,
          label,
          on: 'declared',
          when: { severity: severities },
          to: ticket && targets.length === 0 ? [{ action: 'ticket' }] : targets,
          via:
            ticket && targets.length === 0
              ? ['ticket']
              : ways.length === 0
                ? ['app']
                : ways.filter((way) => way !== 'any'),
          src: lineOf(one),
        },
      ]
    }),
  }
}

function contactsOf(found: Findings) {
  const ways = groups(found.of('way'), (one) => one.value.contact)
  return found.of('contact').map((one) => {
    const own = ways.get(one.value.id) ?? []
    const seen = new Set<string>()
    const list = own.flatMap(({ value }) => {
      const key = `${value.way} ${value.address ?? ''}`
      // A blank adds nothing to an address that another line gives.
      const better =
        value.address === null &&
        own.some((other) => other.value.way === value.way && other.value.address !== null)
      if (seen.has(key) || better) return []
      seen.add(key)
      return [{ kind: value.way, address: value.address ?? { unset: true } }]
    })
    return {
      id: one.value.id,
      position: one.value.position,
      kind: one.value.of,
      ways: list.length === 0 ? [{ kind: 'any', address: { unset: true } }] : list,
      src: linesOf([one, ...own]).slice(0, 20),
    }
  })
}

function teamsOf(found: Findings, known: ReadonlySet<string>): unknown[] {
  const tiers = groups(found.of('tier'), (one) => one.value.team)
  return found.of('team').flatMap((one) => {
    const own = (tiers.get(one.value.id) ?? []).filter((tier) => known.has(tier.value.contact))
    if (own.length === 0) return []
    return [
      {
        id: one.value.id,
        label: one.value.label,
        tiers: own.map((tier) => ({
          id: tier.value.id,
          label: tier.value.label,
          contact: tier.value.contact,
          src: lineOf(tier),
        })),
        coverage: one.value.always ? 'always' : 'unset',
        src: lineOf(one),
      },
    ]
  })
}

/** Conditions that a draft can judge: that nobody came, or that it is not over. */
const judged =
  /\b(?:no (?:response|answer|ack\w*|progress|resolution)|not (?:been )?(?:resolved|acknowledged|answered|mitigated)|still (?:open|ongoing)|(?:more|longer) than|escalate to)\b/gi
const judgedWords = wordSet(
  `unresolved unacknowledged unanswered incident incidents issue issues after within in for if when only or and the a an
  is are over level tier step has been minute minutes hour hours day days min hr hrs then page notify call contact`,
)

/** Whether a condition says more than severities, times and that it is not over: nobody but a person can judge that. */
function saysMore(condition: string, positions: readonly string[]): boolean {
  const names = new Set(positions.flatMap((one) => spaced(one.toLowerCase(), '', false).split(' ')))
  const inner = /\(([^)]*)\)/.exec(condition)?.[1]
  const limits = /\b(?:if|when|only|unless)\b/i.test(condition) ? condition : (inner ?? condition)
  const rest = spaced(
    limits
      .replace(/\b(?:p|s|sev|severity|priority|level|l|t)[-_ +]?\d(?:\s*[/,&-]\s*\w*\d)*/gi, ' ')
      .replace(judged, ' '),
    '',
    false,
  )
    .split(' ')
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 1 && !judgedWords.has(word) && !names.has(word))
  return rest.length > 0
}

/**
 * A step with a figure comes by itself while the incident is open; without one, or when its condition is a person's to
 * judge, somebody presses it: what is not known never calls anybody.
 */
function pathsOf(found: Findings, known: ReadonlySet<string>): unknown[] {
  const positions = new Map(found.of('contact').map((one) => [one.value.id, one.value.position]))
  return [...groups(found.of('escalation'), (one) => one.value.path)].flatMap(([id, steps]) => {
    const first = steps[0]
    // Figures beside names, from the first on: how long each has before the next is called.
    const waits =
      first?.value.after?.bare === true &&
      steps.every((one) => one.value.after === null || one.value.after.bare === true)
    const list = steps.flatMap((one, i) => {
      const to = one.value.to.filter((contact) => known.has(contact)).map((contact) => ({ contact }))
      if (to.length === 0) return []
      const { severities, condition } = one.value
      const conditions: unknown[] = [{ open: true }]
      if (severities.length > 0) conditions.push({ severity: severities })
      const own = waits ? (steps[i - 1]?.value.after ?? null) : one.value.after
      if (waits && i === 0) conditions.push({ since: { event: 'alert_fired', gte: '0m' } })
      else if (own !== null) {
        const figure = waits
          ? {
              assumed: writeDuration(own.ms),
              why: 'The plan gives the one before that long; read as a mark since the alert.',
            }
          : own.ms === 0
            ? '0m'
            : figureOf(own)
        conditions.push({
          since: { event: 'alert_fired', [own.bound === 'exclusive' ? 'gt' : 'gte']: figure },
        })
      }
      const names = one.value.to.map((contact) => positions.get(contact) ?? '')
      if ((own === null && !(waits && i === 0)) || (condition !== null && saysMore(condition, names)))
        conditions.push({ manual: true })
      return [
        {
          id: one.value.id,
          label: one.value.label,
          to,
          all: true,
          when: { all: conditions },
          ...(condition === null ? {} : { why: `The plan says: ${condition}` }),
          src: lineOf(one),
        },
      ]
    })
    if (first === undefined || list.length === 0) return []
    return [
      {
        id,
        label: first.value.pathLabel === '' ? id : first.value.pathLabel,
        steps: list,
        src: lineOf(first),
      },
    ]
  })
}

function matrixOf(found: Findings, known: ReadonlySet<string>): { matrix?: unknown } {
  const cells = found.of('escalation-cell')
  const [first] = cells
  if (first === undefined) return {}
  const rows = [...groups(cells, (one) => one.value.first)].flatMap(([responder, own]) => {
    const pairs = own.flatMap((one) => {
      const to =
        one.value.action !== null
          ? [{ action: one.value.action }]
          : one.value.to.filter((contact) => known.has(contact)).map((contact) => ({ contact }))
      return to.length === 0 ? [] : [[one.value.severity, to] as const]
    })
    const [head] = own
    if (pairs.length === 0 || head === undefined || !known.has(responder)) return []
    return [
      {
        first: responder,
        label: responder.replace(/-/g, ' '),
        cells: Object.fromEntries(pairs),
        src: lineOf(head),
      },
    ]
  })
  return rows.length === 0
    ? {}
    : { matrix: { label: first.value.label, advance: { manual: true }, rows, src: lineOf(first) } }
}
