/** What the log says of the escalation plan, as decisions need it: one entry per step that was touched. */
export interface EscalationState {
  /** By `<path>/<step>`. */
  steps: Record<string, TakenStep>
  /** Position of who answered first, once somebody said so. */
  firstResponder: { position: string; by: string; at: number } | null
}

export type TakenStep =
  /** `dueAt`: when it should have been, in ms; null when a person pressed. Once done it stays done. */
  | { kind: 'done'; at: number; dueAt: number | null; how: 'due' | 'pressed'; by: string }
  | { kind: 'skipped'; at: number; by: string; reason: string }
  /** Held back by the commander; due again at `until`. */
  | { kind: 'held'; at: number; until: number; by: string; reason: string }

export const noEscalation: EscalationState = { steps: {}, firstResponder: null }

/** UTF-16 units kept of a reason in the state; the log keeps all of it. */
export const reasonExcerpt = 60
