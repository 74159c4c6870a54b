import type { FindingKind, FindingOf } from '../../../../shared/playbook/import/findings.ts'
import { Findings } from '../../../../shared/playbook/import/found.ts'
import { type ImportedPlan, importPlan } from '../../../../shared/playbook/import/index.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'

/** What was read of a plan that can be read. */
export function plan(text: string): ImportedPlan {
  const read = importPlan(text)
  if (!read.ok) throw new Error(read.why)
  return read.plan
}

/** Its draft, which loads. */
export function playbook({ draft }: ImportedPlan): Playbook {
  const read = loadPlaybook(draft.yaml, 'draft.yaml')
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.playbook
}

export function found<Kind extends FindingKind>(
  { findings }: ImportedPlan,
  kind: Kind,
): readonly FindingOf<Kind>[] {
  return new Findings(findings).of(kind)
}

/** What a finding says in words; ids, kinds and severities are names that the import gives. */
const spoken = new Set([
  ...['text', 'label', 'name', 'title', 'position', 'purpose', 'partTitle', 'pathLabel', 'finding'],
  ...['subject', 'alias', 'system', 'first', 'condition'],
])
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** Words of findings that do not stand on the lines they name. */
export function invented({ findings, lines }: ImportedPlan): string[] {
  return findings.flatMap((one) => {
    const own = Array.from({ length: one.to - one.line + 1 }, (_, i) => one.line + i)
    const stands = new Set([...own, ...one.under].flatMap((line) => wordsOf(lines[line - 1] ?? '')))
    return Object.entries(one.value).flatMap(([key, value]) =>
      typeof value === 'string' && spoken.has(key) ? wordsOf(value).filter((word) => !stands.has(word)) : [],
    )
  })
}
