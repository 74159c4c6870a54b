import { writeDuration } from '../duration.ts'
import type { Answer, Length } from './findings.ts'
import { type Findings, idOf, lineOf, linesOf, type StandIn } from './found.ts'

/** The core of a draft: severities, clocks, phases, checklists, roles, what is due afterwards. */

/** `15m`, or assumed where the plan gives two figures: the longer one, with the reason. */
export function figureOf({ ms, least }: Length): unknown {
  if (least === undefined) return writeDuration(ms)
  return {
    assumed: writeDuration(ms),
    why: `The plan says ${writeDuration(least)} to ${writeDuration(ms)}; the longer is taken.`,
  }
}

export function whenOf(severities: readonly string[]): { when?: unknown } {
  return severities.length === 0 ? {} : { when: { severity: [...new Set(severities)] } }
}

function responseOf(answer: Answer | undefined): unknown {
  switch (answer?.kind) {
    case 'within':
      return {
        within: figureOf(answer),
        bound: answer.bound,
        ...(answer.word === undefined ? {} : { word: answer.word }),
      }
    case 'next-business-day':
      return {
        rule: 'next-business-day',
        by: {
          assumed: 'end',
          why: 'The plan names the day and no hour; the end of it is the least strict reading.',
        },
        calendar: 'business',
      }
    case 'scheduled':
      return { rule: 'scheduled' }
    case 'word':
    case undefined:
      return { unset: true }
  }
}

export function coreOf(found: Findings): { parts: Record<string, unknown>; standIns: StandIn[] } {
  const standIns: StandIn[] = []
  const title = found.of('title')[0]
  const product = found.of('product')[0]?.value.text ?? title?.value.text ?? 'Unnamed'
  const severities = severitiesOf(found)
  if (severities.length === 0) standIns.push('severity')
  const roles = rolesOf(found, standIns)
  const notStated = missing(found, standIns)
  return {
    standIns,
    parts: {
      id: idOf(product),
      product,
      title: title?.value.text ?? product,
      purpose: found.of('purpose')[0]?.value.text ?? 'The plan does not say what it is for.',
      src: linesOf(
        [title, found.of('product')[0], found.of('purpose')[0]].filter((one) => one !== undefined),
      ),
      severities: severities.length > 0 ? severities : [standInSeverity],
      response: {
        from: 'alert_fired',
        until: 'first_action',
        basis: 'assumed',
        why: 'A plan seldom says what counts as a response; the first action of a responder is taken.',
      },
      clocks: found.of('clock').map((one) => ({
        id: one.value.id,
        label: one.value.label,
        from: one.value.until === 'elapsed' ? 'fix_deployed' : 'alert_fired',
        until: one.value.until,
        target: figureOf(one.value.length),
        bound: one.value.length.bound,
        ...whenOf(one.value.severities),
        basis: 'stated',
        src: lineOf(one),
      })),
      cadences: found.of('cadence').map((one) => ({
        id: one.value.id,
        audience: one.value.audience,
        label: one.value.label === '' ? one.value.audience : one.value.label,
        every: figureOf(one.value.length),
        ...whenOf(one.value.severities),
        src: lineOf(one),
      })),
      phases: phasesOf(found),
      checklists: checklistsOf(found),
      roles,
      flags: [],
      sections,
      postIncident: found.of('deadline').map((one) => ({
        id: one.value.id,
        label: one.value.label,
        within: figureOf(one.value.length),
        from: 'resolved',
        ...whenOf(one.value.severities),
        src: lineOf(one),
      })),
      notStated,
      ...calendarsOf(found),
    },
  }
}

/** The incident's own document needs headings; these are Muster's and claim nothing about the plan. */
const sections = [
  { id: 'summary', title: 'Summary', hint: 'What happened, in a sentence or two' },
  { id: 'impact', title: 'Impact', hint: 'Who notices, and what' },
  { id: 'actions', title: 'Actions', hint: 'What was done, and what it changed' },
]

const standInSeverity = {
  key: 'ANY',
  rank: 1,
  name: 'Any incident',
  definition: ['The plan names no severities.'],
  response: { unset: true },
}

function severitiesOf(found: Findings): unknown[] {
  const keys = [...new Set(found.of('severity').map((one) => one.value.key))]
  // Figures order severities; words stand as the plan writes them, the worst first.
  const numbered = keys.every((key) => /\d$/.test(key))
  const ordered = numbered ? [...keys].sort((a, b) => Number(a.slice(-1)) - Number(b.slice(-1))) : keys
  return ordered.map((key, i) => {
    const labels = found.of('severity').filter((one) => one.value.key === key)
    const meanings = found.of('severity-meaning').filter((one) => one.value.severity === key)
    const examples = found.of('severity-example').filter((one) => one.value.severity === key)
    const answer = found.of('response-time').find((one) => one.value.severity === key)
    const coverage = found.of('coverage').find((one) => one.value.severities.includes(key))
    const alias = labels.find((one) => one.value.alias !== null)?.value.alias
    const name = labels.find((one) => one.value.name !== null)?.value.name ?? key
    return {
      key,
      rank: i + 1,
      name,
      ...(alias === undefined || alias === null ? {} : { alias }),
      definition: meanings.length > 0 ? unique(meanings.map((one) => one.value.text)) : [name],
      ...(examples.length === 0 ? {} : { examples: unique(examples.map((one) => one.value.text)) }),
      response: responseOf(answer?.value.answer),
      ...(coverage === undefined ? {} : { coverage: coverage.value.always ? 'always' : 'business' }),
      src: linesOf([...labels, ...meanings, ...examples, ...(answer === undefined ? [] : [answer])]).slice(
        0,
        60,
      ),
    }
  })
}

/** Business hours and days that the plan speaks of without saying when they are. */
function calendarsOf(found: Findings): { calendars?: unknown[] } {
  const hours = found.of('coverage').find((one) => !one.value.always)
  const day = found.of('response-time').find((one) => one.value.answer.kind === 'next-business-day')
  const stated = hours ?? day
  if (stated === undefined) return {}
  return {
    calendars: [
      {
        id: 'business',
        label: 'Business hours',
        zone: { unset: true },
        week: { unset: true },
        holidays: [],
        src: lineOf(stated),
      },
    ],
  }
}

function phasesOf(found: Findings): unknown[] {
  let begun = -1
  return found.of('phase').map((one, i) => {
    const window = one.value.window
    // Windows run forward; one that begins before the phase above it is shown without a window.
    const fits = window.kind === 'span' && window.from >= begun
    if (fits) begun = window.from
    return {
      id: one.value.id,
      name: one.value.name,
      order: i + 1,
      window:
        window.kind === 'span'
          ? fits
            ? {
                from: window.from === 0 ? '0m' : writeDuration(window.from),
                to: window.to === null ? null : writeDuration(window.to),
              }
            : 'none'
          : window.kind,
      base: 'alert_fired',
      src: lineOf(one),
    }
  })
}

function checklistsOf(found: Findings): unknown[] {
  const phases = new Set(found.of('phase').map((one) => one.value.id))
  const tasks = groups(found.of('task'), (one) => one.value.checklist)
  const commands = groups(found.of('command'), (one) => one.value.at ?? '')
  return found.of('checklist').flatMap((list) => {
    const own = tasks.get(list.value.id) ?? []
    const children = groups(own, (one) => one.value.under ?? '')
    const ids = new Set(own.map((one) => one.value.id))
    const itemOf = (one: (typeof own)[number], below: unknown[]) => {
      const used = commands.get(`${list.value.id}/${one.value.id}`) ?? []
      return {
        id: one.value.id,
        text: one.value.text,
        ...whenOf(one.value.severities),
        ...(used.length === 0 ? {} : { commands: used.map((command) => command.value.id) }),
        ...(below.length === 0 ? {} : { children: below }),
        src: lineOf(one),
      }
    }
    const items = own
      .filter((one) => one.value.under === null || !ids.has(one.value.under))
      .map((one) =>
        itemOf(
          one,
          (children.get(one.value.id) ?? []).map((child) => itemOf(child, [])),
        ),
      )
    if (items.length === 0) return []
    const { id, title, ordered, severities, phase } = list.value
    return [
      {
        id,
        title,
        ...(phase !== null && phases.has(phase) ? { phase } : {}),
        ...(ordered ? { ordered } : {}),
        ...whenOf(severities),
        items,
        src: lineOf(list),
      },
    ]
  })
}

function rolesOf(found: Findings, standIns: StandIn[]): unknown[] {
  const taken = new Set<string>()
  const roles: unknown[] = found.of('role').map((one) => {
    const { id, name, short, role } = one.value
    // A room has one commander and one scribe: the first of each that the plan names.
    const kind = (role === 'commander' || role === 'scribe') && taken.has(role) ? 'other' : role
    taken.add(kind)
    const duties = found.of('duty').filter((duty) => duty.value.role === id)
    return {
      id,
      kind,
      name,
      short: short ?? name,
      duties: unique(duties.map((duty) => duty.value.text)),
      basis: 'stated',
      src: linesOf([one, ...duties]).slice(0, 40),
    }
  })
  for (const [kind, name] of [
    ['commander', 'Incident lead'],
    ['scribe', 'Scribe'],
  ] as const) {
    if (taken.has(kind)) continue
    standIns.push(kind)
    roles.push({ id: `local-${kind}`, kind, name, short: name, duties: [], basis: 'local' })
  }
  return roles
}

/** What a team has to settle: said in the draft, so that nobody takes a gap for an answer. */
function missing(found: Findings, standIns: readonly StandIn[]): string[] {
  const open: string[] = []
  if (standIns.includes('severity')) open.push('Severities')
  if (standIns.includes('commander')) open.push('Who leads an incident')
  if (standIns.includes('scribe')) open.push('Who writes down what happens')
  const keys = [...new Set(found.of('severity').map((one) => one.value.key))]
  const times = new Map(found.of('response-time').map((one) => [one.value.severity, one.value.answer]))
  for (const key of keys) {
    const answer = times.get(key)
    if (answer === undefined) open.push(`How fast to respond to ${key}`)
    else if (answer.kind === 'word')
      open.push(`How fast to respond to ${key}: the plan says "${answer.word}" and no figure`)
  }
  if (found.of('escalation').length > 0 && found.of('escalation').every((one) => one.value.after === null))
    open.push('After how long each step of escalation comes')
  if (found.of('escalation').length === 0 && found.of('escalation-cell').length === 0)
    open.push('Who is called when nobody answers')
  if (found.of('cadence').length === 0) open.push('How often who hears something')
  if (found.of('deadline').length === 0) open.push('What is due after an incident, and by when')
  if (found.of('coverage').some((one) => !one.value.always))
    open.push('Business hours: time zone, hours and holidays')
  return open
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text.trim() !== ''))]
}

/** Entries by what `key` gives for them, in order. */
export function groups<Entry>(
  entries: readonly Entry[],
  key: (entry: Entry) => string,
): Map<string, Entry[]> {
  const map = new Map<string, Entry[]>()
  for (const one of entries) {
    const list = map.get(key(one))
    if (list === undefined) map.set(key(one), [one])
    else list.push(one)
  }
  return map
}
