import { silentMs } from '../../../shared/incident/commands/limits.ts'
import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { comesAt } from '../../../shared/incident/escalation/coming.ts'
import { stepDeed } from '../../../shared/incident/escalation/deed.ts'
import type { PlannedStep } from '../../../shared/incident/escalation/plan.ts'
import { byUrgency, standingAt } from '../../../shared/incident/standing.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import { taskOfClock } from '../../../shared/incident/task-clock-ids.ts'
import type { ChecklistItem, Playbook, Role, RoleKind } from '../../../shared/playbook/model.ts'

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
    | { kind: 'see-plan' }
    | { kind: 'close' }
    | { kind: 'see-task'; task: string }
    | null
  /** What `detail` counts down to, server ms. */
  until?: number
}

export interface NextSurroundings {
  state: IncidentState
  playbook: Playbook
  deadlines: readonly Deadline[]
  /** Who is called when. */
  plan: readonly PlannedStep[]
  /** How many things come before closing and are not done; null while that is not counted yet. */
  left: number | null
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
  const asked = askedOfMe(around) ?? askedByMe(around)
  if (asked !== null) return asked
  if (state.times.acknowledged === undefined && owesAcknowledgement(around))
    return {
      text: 'acknowledge. Nobody has yet.',
      detail: [acknowledgeLine(around), callNow(around)?.text]
        .flatMap((line) => (line == null ? [] : [capital(line)]))
        .join(' '),
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
      text: sentence(holder(around, 'commander'), 'Choose a severity'),
      detail: 'None is set. The response time follows from it.',
      act: { kind: 'choose-severity' },
    }
  const call = callNow(around)
  if (call !== null) return call
  const urgent = [...around.deadlines].sort(byUrgency(around.now)).find((d) => owed(d, around.now))
  const step = callNext(around)
  if (step !== null && (urgent === undefined || step.at < (urgent.dueAt ?? Number.MAX_SAFE_INTEGER)))
    return step.thing
  if (urgent !== undefined) return deadlineThing(urgent, around)
  return { text: 'nothing is due.', detail: watching(around), act: null }
}

/** How long a step that came stands as the one thing owed, ms: ours, not a playbook's. */
export const callStandsMs = 5 * 60_000

/** When the sentence turns because nobody has to be reminded of a call any more, server ms; null: no call stands. */
export function callStandsUntil(plan: readonly PlannedStep[], now: number): number | null {
  const newest = newestCall(plan)
  return newest === null || now >= newest.at + callStandsMs ? null : newest.at + callStandsMs
}

/** The step that came last: by its time, or because somebody pressed. */
function newestCall(plan: readonly PlannedStep[]): { step: PlannedStep; at: number } | null {
  let newest: { step: PlannedStep; at: number } | null = null
  for (const step of plan) {
    const at = cameAt(step)
    if (at !== null && (newest === null || at >= newest.at)) newest = { step, at }
  }
  return newest
}

function cameAt({ standing, stands }: PlannedStep): number | null {
  if (!stands) return null
  return standing.kind === 'done' ? standing.at : standing.kind === 'due' ? standing.dueAt : null
}

/** How many calls stand now that nobody answered: of each path those that came last, together. */
function standingCalls(plan: readonly PlannedStep[], now: number, answered: number): number {
  const newest = new Map<string, { at: number; count: number }>()
  for (const step of plan) {
    const at = cameAt(step)
    if (at === null || now >= at + callStandsMs || answered >= at) continue
    const known = newest.get(step.path.id)
    if (known === undefined || at > known.at) newest.set(step.path.id, { at, count: 1 })
    else if (at === known.at) known.count += 1
  }
  return [...newest.values()].reduce((sum, { count }) => sum + count, 0)
}

/** A step has come and nothing in the log can say that the call was made: it is owed for a while. */
function callNow({ plan, playbook, state, now }: NextSurroundings): NextThing | null {
  const newest = newestCall(plan)
  if (newest === null || now >= newest.at + callStandsMs) return null
  // Who acknowledged after it answered it.
  if ((state.times.acknowledged ?? 0) >= newest.at) return null
  const others = standingCalls(plan, now, state.times.acknowledged ?? 0) - 1
  const { step, standing } = newest.step
  const since = (standing.kind === 'done' || standing.kind === 'due' ? standing.dueAt : null) ?? newest.at
  return {
    text: `${stepDeed(step, playbook, state.components)}${others > 0 ? `, and ${others} more` : ''}.`,
    detail: `Since ${utc(since, 16)} UTC. Muster calls nobody.`,
    act: { kind: 'see-plan' },
  }
}

/** The step that comes next by waiting. */
function callNext({ plan }: NextSurroundings): { at: number; thing: NextThing } | null {
  let next: { label: string; at: number } | null = null
  for (const one of plan) {
    const at = comesAt(one)
    if (at !== null && (next === null || at < next.at)) next = { label: one.step.label, at }
  }
  if (next === null) return null
  const { label, at } = next
  const detail = `If still open at ${utc(at, 16)} UTC, in`
  return { at, thing: { text: `${label}.`, detail, act: { kind: 'see-plan' }, until: at } }
}

/** What ends by itself, nearest first. */
function watching({ deadlines, now }: NextSurroundings): string {
  const [first] = deadlines
    .filter((d) => (d.kind === 'watch' || d.kind === 'phase') && standingAt(d, now).kind === 'on-track')
    .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
  return first?.dueAt == null ? 'The clocks are calm.' : `${first.label} until ${utc(first.dueAt, 16)} UTC.`
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

/** The role I asked its holder for, and until when they may answer (server ms); null when I wait for nobody. */
export function pendingRequest({
  state,
  playbook,
  me,
}: Pick<NextSurroundings, 'state' | 'playbook' | 'me'>): {
  role: Role
  holder: string
  until: number
} | null {
  if (me === null) return null
  for (const role of playbook.roles) {
    const { holder, request } = state.roles[role.id] ?? {}
    if (request?.by === me && holder != null && holder.person !== me)
      return { role, holder: holder.person, until: request.at + silentMs }
  }
  return null
}

/** I asked for a role: I wait, and after the silence it is mine to take. */
function askedByMe(around: NextSurroundings): NextThing | null {
  const asked = pendingRequest(around)
  if (asked === null) return null
  const { role, until } = asked
  const name = around.nameOf(asked.holder)
  if (around.now < until)
    return {
      text: `${name} answers you about ${role.name}.`,
      detail: `Until ${utc(until, 19)} UTC.`,
      act: null,
    }
  return {
    text: `take ${role.name}, or leave it to ${name}.`,
    detail: 'They did not answer for 30 s.',
    act: { kind: 'take-role', role: role.id },
  }
}

function owesAcknowledgement(around: NextSurroundings): boolean {
  return around.deadlines.some((d) => d.until === 'acknowledged' && d.met === null)
}

function acknowledgeLine({ deadlines, now }: NextSurroundings): string | null {
  return dueLine(
    deadlines.find((d) => d.until === 'acknowledged'),
    now,
  )
}

/** Watches and windows end by themselves: nobody owes them; a timer only once it rings. */
function owed(d: Deadline, now: number): boolean {
  if (d.kind === 'watch' || d.kind === 'phase') return false
  if (d.kind === 'timer') return standingAt(d, now).kind === 'overdue'
  const { kind } = standingAt(d, now)
  return kind === 'overdue' || kind === 'at-risk' || kind === 'on-track'
}

function deadlineThing(d: Deadline, around: NextSurroundings): NextThing {
  const detail = dueLine(d, around.now)
  const task = taskOf(d, around)
  switch (d.kind) {
    case 'update': {
      const audience = audienceOf(d, around.playbook)
      const who = task?.who ?? holder(around, 'communications') ?? holder(around, 'commander')
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
    case 'timer':
    case 'round': {
      const id = taskOfClock(d.id)
      const who = id === null ? null : doerOf(around, id)
      return {
        text: sentence(who ?? holder(around, 'commander'), d.label),
        detail:
          d.kind === 'timer' && d.dueAt !== null ? `Its timer rang at ${utc(d.dueAt, 16)} UTC.` : detail,
        act: id === null ? null : { kind: 'see-task', task: id },
      }
    }
    case 'clock':
    case 'response':
    case 'watch':
    case 'phase':
      return {
        text: sentence(task?.who ?? holder(around, 'commander'), task?.text ?? d.label),
        detail,
        act: null,
      }
  }
}

/** The open item of a checklist that this clock is about, in its words, and who was given it. */
function taskOf(d: Deadline, around: NextSurroundings): { text: string; who: string | null } | null {
  const { state, playbook } = around
  const item = playbook.checklists
    .flatMap((list) => flat(list.items))
    .find(
      (i) =>
        (i.clock === d.id || (i.cadence !== undefined && `update/${i.cadence}` === d.id)) &&
        state.tasks[i.id]?.done === undefined &&
        state.tasks[i.id]?.notApplicable === undefined,
    )
  if (item === undefined) return null
  return { text: state.tasks[item.id]?.text ?? item.text, who: doerOf(around, item.id) }
}

/** Who was given a task, by name; null where nobody was. */
function doerOf(around: NextSurroundings, task: string): string | null {
  const { state } = around
  const to = state.tasks[task]?.assignee
  const person = to?.kind === 'person' ? to.id : to && state.roles[to.id]?.holder?.person
  return person === undefined ? null : called(around, person)
}

function flat(items: readonly ChecklistItem[]): ChecklistItem[] {
  return items.flatMap((item) => [item, ...flat(item.children)])
}

function afterwards(around: NextSurroundings): NextThing {
  const next = [...around.deadlines].sort(byUrgency(around.now)).find((d) => owed(d, around.now))
  if (next !== undefined) return deadlineThing(next, around)
  if (around.state.status.value === 'closed')
    return {
      text: 'nothing. It is closed.',
      detail: 'The document is read-only until it is reopened.',
      act: null,
    }
  const { left: open } = around
  if (open === null)
    return { text: 'close it when nothing is left.', detail: 'It is resolved.', act: { kind: 'close' } }
  if (open === 0)
    return { text: 'close it.', detail: 'It is resolved and nothing is left.', act: { kind: 'close' } }
  return {
    text: 'do what is left, then close it.',
    detail: `${open === 1 ? '1 thing comes' : `${open} things come`} before closing.`,
    act: { kind: 'close' },
  }
}

function audienceOf(d: Deadline, playbook: Playbook): string | null {
  return playbook.cadences.find((c) => `update/${c.id}` === d.id)?.audience ?? null
}

function holder(around: NextSurroundings, kind: RoleKind): string | null {
  for (const role of around.playbook.roles) {
    if (role.kind !== kind) continue
    const person = around.state.roles[role.id]?.holder?.person
    if (person !== undefined) return called(around, person)
  }
  return null
}

function called({ me, nameOf }: NextSurroundings, person: string): string {
  return person === me ? 'you' : nameOf(person)
}

function sentence(who: string | null, label: string): string {
  return who === null ? `${lowerFirst(label)}.` : `${lowerFirst(label)}, by ${who}.`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function lowerFirst(label: string): string {
  const second = label[1] ?? ''
  return second === second.toLowerCase() ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

function dueLine(d: Deadline | undefined, now: number): string | null {
  if (d === undefined || d.dueAt === null) return null
  const time = `${dayFrom(d.dueAt, now)}at ${utc(d.dueAt, 16)}`
  return now >= (d.lateFrom ?? d.dueAt) ? `Was due ${time} UTC.` : `Due ${time} UTC.`
}

/** `on Mon, 23 Nov ` for another day than today's (UTC), else nothing: a time alone reads as today's. */
function dayFrom(ms: number, now: number): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return day(ms) === day(now) ? '' : `on ${new Date(ms).toUTCString().slice(0, 11)} `
}

/** `14:05` of the day in UTC, or with seconds where it ends at 19. */
function utc(ms: number, end: 16 | 19): string {
  return new Date(ms).toISOString().slice(11, end)
}
