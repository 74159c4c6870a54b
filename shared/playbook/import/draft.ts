import { largestFile } from '../file-size.ts'
import { withoutGarble } from '../garbled.ts'
import { writeYaml } from '../yaml-write.ts'
import { aroundOf } from './draft-around.ts'
import { coreOf } from './draft-core.ts'
import { peopleOf } from './draft-people.ts'
import { workOf } from './draft-work.ts'
import type { Contradiction, Finding } from './findings.ts'
import { Findings, type StandIn } from './found.ts'

/** No file has room for more findings, however short they are. */
const mostFindings = largestFile / 32

/** A playbook file from findings: nothing stands in it that no finding says, but for marked stand-ins. */
export function draftOf(
  all: readonly Finding[],
  contradictions: readonly Contradiction[],
  garbled: readonly number[],
): { yaml: string; standIns: StandIn[]; leftOut: number } {
  const broken = new Set(garbled)
  const wrong = [
    ...contradictions.map(
      ({ what, lines }) =>
        `${what.slice(0, 440)} (${lines
          .slice(0, 6)
          .map((line) => `L${line}`)
          .join(', ')})`,
    ),
    ...(broken.size === 0
      ? []
      : [
          `The plan is garbled in ${broken.size} ${broken.size === 1 ? 'line' : 'lines'}, the first is L${garbled[0]}; the garbled letters are left out.`,
        ]),
  ].map((one) => withoutGarble(one))
  for (let list = all.slice(0, mostFindings); ; list = list.slice(0, Math.floor(list.length / 2))) {
    const found = new Findings(list)
    const core = coreOf(found)
    const yaml = writeYaml(
      cleaned({
        ...core.parts,
        ...peopleOf(found),
        ...workOf(found),
        ...aroundOf(found),
        looksWrong: wrong.slice(0, 100),
      }),
    )
    const size = new TextEncoder().encode(yaml).length
    if (size <= largestFile || list.length === 0)
      return { yaml, standIns: core.standIns, leftOut: all.length - list.length }
  }
}

/** Nothing but what every keyboard has, and something of it to read: most texts, and told so in one look. */
const plain = /^[\t\n ]*[!-~][\t\n -~]*$/

/** Without garbled letters and without characters that a YAML reader or a person stumbles over. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') {
    if (plain.test(value)) return value
    const text = withoutGarble(value).replace(/(?![\t\n])\p{Cc}|\p{Cs}|[\u2028\u2029\ufeff]/gu, ' ')
    // A name that is empty in the plan, or was all garbled, is shown as a gap.
    return text.trim() === '' ? '–' : text
  }
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  const clean: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) if (one !== undefined) clean[key] = cleaned(one)
  return clean
}
