/**
 * A playbook as Muster runs it: the normalised form that is stored as canonical JSON, named by its hash
 * and never changed (rule 6). The YAML people write is read into this by `load.ts`.
 * Durations are integer ms. `src` holds the ids of the facts a part rests on.
 */

import type { Parts } from './parts/index.ts'

/** A figure the document states, leaves out, that we assume, or that an operator entered. Unset is never a number. */
export type Figure =
  | { kind: 'stated'; ms: number }
  | { kind: 'unset' }
  | { kind: 'assumed'; ms: number; why: string }
  | { kind: 'local'; ms: number; by: string }

/** "Within 5 minutes" is met at 5:00.000 (inclusive); "under 5 minutes" is late at 5:00.000 (exclusive). */
export type Bound = 'inclusive' | 'exclusive'

export type ResponseTarget =
  /** `word`: a word the document puts beside the figure ("immediate"), shown with it, never computed with. */
  | { kind: 'within'; target: Figure; bound: Bound; word?: string }
  /** Without a calendar whose zone and hours somebody entered, nobody knows when that is. */
  | {
      kind: 'next-business-day'
      by: 'start' | 'end'
      basis: 'stated' | 'assumed'
      why?: string
      calendar?: string
    }
  | { kind: 'scheduled' }
  | { kind: 'unset' }

/** Moments of an incident that clocks, phases and deadlines may start from or stop at. */
export const moments = [
  'impact_began',
  'alert_fired',
  'detected',
  'declared',
  'acknowledged',
  'first_action',
  'commander_set',
  'mitigated',
  'fix_deployed',
  'regression',
  'resolved',
  'reopened',
  'closed',
] as const
export type Moment = (typeof moments)[number]

/** The closed internal set; a playbook gives them its own labels. */
export const statuses = ['investigating', 'mitigating', 'monitoring', 'resolved', 'closed'] as const
export type Status = (typeof statuses)[number]

/** Three-valued: a flag nobody answered and a comparison with an unset figure are unknown, neither true nor false. */
export type Condition =
  | { kind: 'all'; of: Condition[] }
  | { kind: 'any'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'severity'; keys: string[] }
  | { kind: 'status'; statuses: Status[] }
  | { kind: 'flag'; id: string }
  | { kind: 'open'; is: boolean }
  | { kind: 'acknowledged'; is: boolean }

/** Facts of an incident that a checklist item can be bound to: only what its log can know. */
export const boundFacts = [
  'declared',
  'acknowledged',
  'severity-set',
  'commander-assigned',
  'command-handed-over',
  'scribe-assigned',
  'timeline-begun',
  'resolved',
] as const
export type BoundFact = (typeof boundFacts)[number]

/** What ticks an item by itself. `after`: only an update later than the first of these moments counts. */
export type Binding =
  | { kind: 'fact'; fact: BoundFact }
  | { kind: 'update'; audience: string; after: Moment[] }

export type Coverage = { kind: 'always' } | { kind: 'calendar'; id: string }

export interface Severity {
  key: string
  /** 1 is the worst. Comparisons go by rank, never by the key. */
  rank: number
  name: string
  alias?: string
  definition: string[]
  examples: string[]
  response: ResponseTarget
  /** When this severity is answered: at any hour, or in the hours of a calendar; absent where nobody said. */
  coverage?: Coverage
  src: string[]
}

/** Whether the document says so (`stated`), we assume it (`assumed`, see `why`) or the room needs it (`local`). */
export type Basis = 'stated' | 'assumed' | 'local'

export interface ClockRule {
  id: string
  /** What is owed, in words: "Acknowledge". */
  label: string
  from: Moment
  /** `elapsed`: a watch that ends by itself when its time is over. */
  until: Moment | 'elapsed'
  target: Figure
  bound: Bound
  when?: Condition
  /** Moments after which it counts anew: a watch that a regression or another deploy starts over. */
  restartOn?: Moment[]
  basis: Basis
  why?: string
  src: string[]
}

export interface Cadence {
  id: string
  audience: string
  label: string
  every: Figure
  when?: Condition
  /** A soft figure ("typically within an hour") is shown as such. */
  soft: boolean
  /** An earlier update is owed when there is news; shown in words, not counted. */
  orOnNews: boolean
  src: string[]
}

/** `to: null` is open-ended. `immediate` has no minutes and no bar. */
export type PhaseWindow =
  | { kind: 'window'; fromMs: number; toMs: number | null }
  | { kind: 'immediate' }
  | { kind: 'none' }

export interface Phase {
  id: string
  name: string
  order: number
  window: PhaseWindow
  base: Moment
  src: string[]
}

export interface ChecklistItem {
  /** Unique in the playbook and stable across its versions: `<checklist>/<item>`. */
  id: string
  text: string
  optional: boolean
  when?: Condition
  /** Id of the clock that answers this item: shown as its timer beside the tick. */
  clock?: string
  /** Id of the cadence that this item repeats by. */
  cadence?: string
  /** It is due again and again, so long after it was done last. */
  every?: Figure
  /** What has to be taken away again before the end: a task of its own once this one is done (R69). */
  remove?: string
  /** Commands to copy for it, by id. */
  commands?: string[]
  /** The fact that ticks it: when Muster sees it happen, the item is done, whoever made it true. */
  bind?: Binding
  children: ChecklistItem[]
  src: string[]
}

export interface Checklist {
  id: string
  title: string
  /** Phase id, when the document puts it under one. */
  phase?: string
  ordered: boolean
  when?: Condition
  /** Moments after which its ticks no longer count: what was verified is to be verified anew. */
  restartOn?: Moment[]
  /** Run as a whole by somebody, with what goes in and what comes out of it (R68). */
  procedure?: Procedure
  items: ChecklistItem[]
  src: string[]
}

export interface Procedure {
  inputs: {
    id: string
    label: string
    /** What of the incident is put in by itself. */
    from?: ProcedureSource
  }[]
  /** What comes out: a text, or one of the choices. */
  result: { label: string; choices: string[] }
}

export const procedureSources = ['key', 'title', 'severity', 'components'] as const
export type ProcedureSource = (typeof procedureSources)[number]

export type RoleKind =
  | 'commander'
  | 'scribe'
  | 'technical'
  | 'communications'
  | 'operations'
  | 'security'
  | 'other'

/** Acts that a playbook may keep to the holder of a role: setting the severity, and saying that it is over. */
export const roleRights = ['severity', 'resolve'] as const
export type RoleRight = (typeof roleRights)[number]

export interface Role {
  id: string
  /** Exactly one role of each playbook is the commander and exactly one the scribe. */
  kind: RoleKind
  name: string
  short: string
  duties: string[]
  /** Who usually holds it, in the document's words: a hint to whoever takes it, never a bar. */
  usually?: string
  /** What nobody else does while somebody holds it, administrators apart (R52). */
  rights?: RoleRight[]
  basis: Basis
  src: string[]
}

export interface Flag {
  id: string
  /** The question as asked in triage; answered yes, no or unknown. */
  question: string
  src: string[]
}

export interface DocumentSection {
  /** Stable `sectionId` of the heading in the incident document. */
  id: string
  title: string
  /** Shown while the section is empty. */
  hint: string
  src: string[]
}

export interface PostIncidentDeadline {
  id: string
  label: string
  within: Figure
  from: Moment
  when?: Condition
  src: string[]
}

export interface Playbook extends Parts {
  id: string
  product: string
  title: string
  purpose: string
  /** Number given when it is published, from 1; 0 until then. Not part of the content that is hashed. */
  version: number
  severities: Severity[]
  /** Where the response clock starts and what stops it (S9); its target is the severity's. */
  response: { from: Moment; until: Moment; basis: Basis; why?: string }
  clocks: ClockRule[]
  cadences: Cadence[]
  phases: Phase[]
  checklists: Checklist[]
  roles: Role[]
  flags: Flag[]
  sections: DocumentSection[]
  statusLabels: Partial<Record<Status, string>>
  postIncident: PostIncidentDeadline[]
  /** What the document leaves out, one line each, for the playbook page. */
  notStated: string[]
  src: string[]
}

/** A playbook with the name of its content: SHA-256 of its canonical JSON without the version number. */
export interface PublishedPlaybook {
  hash: string
  playbook: Playbook
}
