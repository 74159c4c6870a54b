import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { byUrgency, standingAt } from '../../../shared/incident/standing.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Playbook, RoleKind } from '../../../shared/playbook/model.ts'

/** The one thing owed now: what follows “Next: ”, a line under it, and what a click does about it. */
export interface NextThing {
  text: string
  detail: string | null
  act:
    | { kind: 'acknowledge' }
    | { kind: 'choose-severity' }
    | { kind: 'take-role'; role: string }
    | { kind: 'accept-role'; role: string }
    | { kind: 'answer-request'; role: string; by: string }
    | { kind: 'write-update'; audience: string }
    | { kind: 'meet'; deadline: string }
    | null
}

export interface NextSurroundings {
  state: IncidentState
  playbook: Playbook
  deadlines: readonly Deadline[]
  /** Server ms. */
  now: number
  /** Own person id; null for those who only read. */
  me: string | null
  nameOf: (person: string) => string
}

/** Says what is owed now and by whom. Derived only: nothing here is stored, and nothing is invented. */
export function nextThing(around: NextSurroundings): NextThing {
  const { state, playbook } = around
  if (state.status.value === 'closed' || state.status.value === 'resolved') return afterwards(around)
  const asked = askedOfMe(around)
  if (asked !== null) return asked
  if (state.times.acknowledged === undefined && owesAcknowledgement(around))
    return {
      text: 'acknowledge. Nobody has yet.',
      detail: dueLine(
        around.deadlines.find((d) => d.until === 'acknowledged'),
        around.now,
      ),
      act: { kind: 'acknowledge' },
    }
  const commander = playbook.roles.find((r) => r.kind === 'commander')
  if (commander !== undefined && state.roles[commander.id]?.holder == null)
    return {
      text: 'take command.',
      detail: `Nobody holds ${commander.name}.`,
      act: { kind: 'take-role', role: commander.id },
    }
  if (state.severity === null)
    return {
      text: 'choose a severity. None is set.',
      detail: 'The response time follows from it.',
      act: { kind: 'choose-severity' },
    }
  const urgent = [...around.deadlines].sort(byUrgency(around.now)).find((d) => owed(d, around.now))
  if (urgent !== undefined) return deadlineThing(urgent, around)
  return { text: 'nothing is due.', detail: 'The clocks are calm.', act: null }
}

/** A role that is offered to me, or that somebody asks me for: a person waits for an answer. */
function askedOfMe({ state, playbook, me, nameOf }: NextSurroundings): NextThing | null {
  if (me === null) return null
  for (const role of playbook.roles) {
    const current = state.roles[role.id]
    if (current?.offer?.to === me)
      return {
        text: `${nameOf(current.offer.by)} offers you ${role.name}.`,
        detail: 'Accept it, or decline.',
        act: { kind: 'accept-role', role: role.id },
      }
    if (current?.holder?.person === me && current.request !== undefined)
      return {
        text: `${nameOf(current.request.by)} asks for ${role.name}.`,
        detail: 'After 30 s they may take it.',
        act: { kind: 'answer-request', role: role.id, by: current.request.by },
      }
  }
  return null
}

function owesAcknowledgement(around: NextSurroundings): boolean {
  return around.deadlines.some((d) => d.until === 'acknowledged' && d.met === null)
}

/** Watches and windows end by themselves: nobody owes them. */
function owed(d: Deadline, now: number): boolean {
  if (d.kind === 'watch' || d.kind === 'phase') return false
  const { kind } = standingAt(d, now)
  return kind === 'overdue' || kind === 'at-risk' || kind === 'on-track'
}

function deadlineThing(d: Deadline, around: NextSurroundings): NextThing {
  const detail = dueLine(d, around.now)
  switch (d.kind) {
    case 'update': {
      const audience = audienceOf(d, around.playbook)
      const who = holder(around, 'communications') ?? holder(around, 'commander')
      return {
        text: sentence(who, d.label),
        detail,
        act: audience === null ? null : { kind: 'write-update', audience },
      }
    }
    case 'post-incident':
      return {
        text: sentence(holder(around, 'commander'), d.label),
        detail,
        act: { kind: 'meet', deadline: d.id },
      }
    case 'clock':
    case 'response':
    case 'watch':
    case 'phase':
      return { text: sentence(holder(around, 'commander'), d.label), detail, act: null }
  }
}

function afterwards(around: NextSurroundings): NextThing {
  const left = [...around.deadlines].sort(byUrgency(around.now)).find((d) => owed(d, around.now))
  if (left !== undefined) return deadlineThing(left, around)
  if (around.state.status.value === 'closed')
    return {
      text: 'nothing. It is closed.',
      detail: 'The document is read-only until it is reopened.',
      act: null,
    }
  return { text: 'close it when nothing is left.', detail: 'It is resolved.', act: null }
}

function audienceOf(d: Deadline, playbook: Playbook): string | null {
  return playbook.cadences.find((c) => `update/${c.id}` === d.id)?.audience ?? null
}

function holder(around: NextSurroundings, kind: RoleKind): string | null {
  for (const role of around.playbook.roles) {
    if (role.kind !== kind) continue
    const person = around.state.roles[role.id]?.holder?.person
    if (person !== undefined) return person === around.me ? 'you' : around.nameOf(person)
  }
  return null
}

function sentence(who: string | null, label: string): string {
  return who === null ? `${lowerFirst(label)}.` : `${lowerFirst(label)}, by ${who}.`
}

function lowerFirst(label: string): string {
  const second = label[1] ?? ''
  return second === second.toLowerCase() ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

function dueLine(d: Deadline | undefined, now: number): string | null {
  if (d === undefined || d.dueAt === null) return null
  const time = new Date(d.dueAt).toISOString().slice(11, 16)
  return now >= (d.lateFrom ?? d.dueAt) ? `Was due at ${time} UTC.` : `Due at ${time} UTC.`
}
