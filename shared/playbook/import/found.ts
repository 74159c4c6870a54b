import type { Finding, FindingKind, FindingOf } from './findings.ts'
import { slug } from './notes.ts'

/** What a playbook cannot be without: put there neutrally when the plan has none, and said so. */
export type StandIn = 'severity' | 'commander' | 'scribe'

/** Findings by kind, as the parts of a draft ask for them. */
export class Findings {
  readonly #byKind: { [Kind in FindingKind]?: FindingOf<Kind>[] } = {}

  constructor(readonly list: readonly Finding[]) {
    for (const one of list) {
      const before: Finding[] | undefined = this.#byKind[one.kind]
      if (before === undefined) Object.assign(this.#byKind, { [one.kind]: [one] })
      else before.push(one)
    }
  }

  of<Kind extends FindingKind>(kind: Kind): readonly FindingOf<Kind>[] {
    return this.#byKind[kind] ?? []
  }
}

/** Lines of the plan that a part rests on, as its `src`: those that lend it words, then its own. */
export function lineOf({ line, to, under }: Pick<Finding, 'line' | 'to' | 'under'>): string[] {
  return [...under.map((one) => `L${one}`), to > line ? `L${line}-${to}` : `L${line}`]
}

/** The lines of several findings, each once. */
export function linesOf(findings: readonly Pick<Finding, 'line' | 'to' | 'under'>[]): string[] {
  return [...new Set(findings.flatMap(lineOf))]
}

/** The id of a draft: the product's own name. */
export function idOf(product: string): string {
  return slug(product, 50)
}
