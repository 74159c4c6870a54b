import type { Place } from './document.ts'

/** What a plan was found to say: one union by kind. Each finding keeps the line and the words it comes from. */

interface Found<Kind extends string, Value> extends Place {
  kind: Kind
  value: Value
  /** Lines above whose words it uses too: a column's head, the heading of its list. */
  under: readonly number[]
}

export type Bound = 'inclusive' | 'exclusive'

/** A length of time as the plan gives it, ms. `least` is there when it names two ("15–30 min"). */
export interface Length {
  ms: number
  bound: Bound
  least?: number
  /** Only a figure beside a name: how long that one has, or when that one is called. */
  bare?: true
}

export type Answer =
  | ({ kind: 'within'; word?: string } & Length)
  | { kind: 'next-business-day' }
  | { kind: 'scheduled' }
  /** A word without a figure ("immediately", "best effort"): shown, never counted. */
  | { kind: 'word'; word: string }

/** From and to in ms since the alert; `to` null is open. */
export type Window =
  | { kind: 'span'; from: number; to: number | null }
  | { kind: 'immediate' }
  | { kind: 'none' }

export type RoleKind =
  | 'commander'
  | 'scribe'
  | 'technical'
  | 'communications'
  | 'operations'
  | 'security'
  | 'other'
export type WayKind = 'phone' | 'sms' | 'page' | 'email' | 'chat' | 'any'
export type PartKind = 'immediate' | 'investigation' | 'containment' | 'resolution' | 'manual'
export type Effect = 'read' | 'change' | 'destroy'

export type Finding =
  | Found<'title', { text: string }>
  | Found<'product', { text: string }>
  | Found<'purpose', { text: string }>
  | Found<'principle', { text: string }>
  | Found<'reviewed', { which: 'lastUpdated' | 'lastReviewed' | 'nextReview'; date: string | null }>
  | Found<'severity', { key: string; name: string | null; alias: string | null }>
  | Found<'severity-meaning', { severity: string; text: string }>
  | Found<'severity-example', { severity: string; text: string }>
  | Found<'response-time', { severity: string; answer: Answer }>
  | Found<'coverage', { severities: string[]; always: boolean; text: string }>
  | Found<
      'clock',
      {
        id: string
        label: string
        until: 'acknowledged' | 'mitigated' | 'resolved' | 'elapsed'
        length: Length
        severities: string[]
      }
    >
  | Found<'cadence', { id: string; audience: string; label: string; length: Length; severities: string[] }>
  | Found<'phase', { id: string; name: string; window: Window }>
  | Found<
      'checklist',
      { id: string; title: string; ordered: boolean; severities: string[]; phase: string | null }
    >
  | Found<'task', { checklist: string; id: string; under: string | null; text: string; severities: string[] }>
  | Found<'role', { id: string; name: string; short: string | null; role: RoleKind }>
  | Found<'duty', { role: string; text: string }>
  | Found<'contact', { id: string; position: string; of: 'person' | 'team' | 'supplier' }>
  | Found<'way', { contact: string; way: WayKind; address: string | null }>
  | Found<'team', { id: string; label: string; always: boolean }>
  | Found<'tier', { team: string; id: string; label: string; contact: string }>
  | Found<'rotation', { length: Length }>
  | Found<
      'escalation',
      {
        path: string
        pathLabel: string
        id: string
        label: string
        to: string[]
        after: Length | null
        severities: string[]
        condition: string | null
      }
    >
  | Found<
      'escalation-cell',
      {
        first: string
        severity: string
        to: string[]
        action: 'backlog' | 'assign-to-team' | null
        text: string
        /** What the plan calls the column of those who answered first. */
        label: string
      }
    >
  | Found<
      'notice',
      { id: string; label: string; to: string[]; ticket: boolean; severities: string[]; ways: WayKind[] }
    >
  | Found<
      'channel',
      {
        id: string
        label: string
        purpose: string
        of: 'chat' | 'email' | 'status-page' | 'social' | 'video' | 'phone'
        name: string | null
      }
    >
  | Found<'source', { id: string; label: string; mode: 'automatic' | 'manual' }>
  | Found<'incident-type', { id: string; label: string; severity: string }>
  | Found<'question', { id: string; text: string }>
  | Found<
      'metric',
      { id: string; label: string; unit: string | null; target: { op: '<' | '>'; value: number } | null }
    >
  | Found<
      'threshold',
      { id: string; metric: string; op: '<' | '>'; value: number; severity: string | null; label: string }
    >
  | Found<'alert', { id: string; alert: string; runbook: string | null; first: string }>
  | Found<'command', Command>
  | Found<'runbook', { id: string; title: string; address: string | null }>
  | Found<'symptom', { runbook: string; text: string }>
  | Found<
      'runbook-step',
      { runbook: string; part: string; partTitle: string; of: PartKind; text: string; ordered: boolean }
    >
  | Found<'branch', { runbook: string; id: string; finding: string; text: string }>
  | Found<'prevention', { runbook: string; text: string }>
  | Found<'note', { runbook: string; text: string }>
  | Found<'template', { id: string; title: string; subject: string | null; body: string; audience: string }>
  | Found<'slot', { template: string; id: string; label: string }>
  | Found<'deadline', { id: string; label: string; length: Length; severities: string[] }>
  | Found<'review-owed', { severities: string[] }>
  | Found<'review-question', { id: string; text: string }>
  | Found<'review-principle', { id: string; text: string }>
  | Found<'review-output', { id: string; text: string }>
  | Found<'recurring', { id: string; of: 'review' | 'drill'; label: string; every: string | null }>
  | Found<'onboarding', { id: string; text: string }>
  | Found<'measure', { id: string; label: string }>
  | Found<'access', { id: string; system: string; purpose: string | null; level: string | null }>
  | Found<'link', { id: string; of: 'dashboard' | 'script' | 'doc' | 'url'; label: string; address: string }>

export type FindingKind = Finding['kind']
export type FindingOf<Kind extends FindingKind> = Extract<Finding, { kind: Kind }>

export interface Command {
  id: string
  purpose: string
  text: string
  language: 'shell' | 'sql'
  effect: Effect
  params: { id: string; label: string; token: string; quoting: 'shell' | 'sql' | 'url' }[]
  /** Task, step or branch that it belongs to, by `<list>/<id>`. */
  at: string | null
  danger: string | null
  /** Where commands stand ready: those to look quickly, or those of an emergency; null for all others. */
  panel: 'quick' | 'emergency' | null
}

/** Two places of the plan that cannot both hold. */
export interface Contradiction {
  what: string
  lines: number[]
}

/** A line that says something nobody here understood. */
export interface Leftover {
  line: number
  words: string
}
