import { formatDuration } from '../duration.ts'
import type { Answer, Contradiction, Finding } from './findings.ts'
import type { Notes } from './notes.ts'

/** What in a plan cannot both hold, or names what is not there. Said with the lines, never mended. */
export function contradictionsOf(notes: Notes): Contradiction[] {
  return [
    ...twice(notes),
    ...slowerWhenWorse(notes),
    ...unknownSeverities(notes),
    ...clocks(notes),
    ...levels(notes),
    ...afterTheWindow(notes),
    ...thresholds(notes),
  ].sort((a, b) => (a.lines[0] ?? 0) - (b.lines[0] ?? 0))
}

function answerWords(answer: Answer): string {
  switch (answer.kind) {
    case 'within':
      return `${answer.bound === 'exclusive' ? 'under ' : ''}${formatDuration(answer.ms)}`
    case 'next-business-day':
      return 'the next business day'
    case 'scheduled':
      return 'scheduled'
    case 'word':
      return answer.word
  }
}

/** One severity with two response times, or two names. */
function twice(notes: Notes): Contradiction[] {
  const found: Contradiction[] = []
  const times = new Map<string, Extract<Finding, { kind: 'response-time' }>>()
  for (const one of notes.all('response-time')) {
    const before = times.get(one.value.severity)
    if (before === undefined) times.set(one.value.severity, one)
    else if (answerWords(before.value.answer) !== answerWords(one.value.answer))
      found.push({
        what: `${one.value.severity} is to be answered in ${answerWords(before.value.answer)}, and in ${answerWords(one.value.answer)}.`,
        lines: [before.line, one.line],
      })
  }
  const names = new Map<string, { name: string; line: number }>()
  for (const { value, line } of notes.all('severity')) {
    const before = names.get(value.key)
    if (value.name === null) continue
    if (before === undefined) names.set(value.key, { name: value.name, line })
    else if (before.name.toLowerCase() !== value.name.toLowerCase())
      found.push({
        what: `${value.key} is called "${before.name}", and "${value.name}".`,
        lines: [before.line, line],
      })
  }
  const deadlines = new Map<string, { ms: number; line: number }>()
  for (const { value, line } of notes.all('deadline')) {
    const key = value.label.toLowerCase().replace(/\bwithin\b.*|\d+.*|[^a-z]/g, '')
    const before = deadlines.get(key)
    if (key === '' || value.severities.length > 0) continue
    if (before === undefined) deadlines.set(key, { ms: value.length.ms, line })
    else if (before.ms !== value.length.ms)
      found.push({
        what: `"${value.label}" is due within ${formatDuration(before.ms)}, and within ${formatDuration(value.length.ms)}.`,
        lines: [before.line, line],
      })
  }
  return found
}

/** Severities stand worst first; a worse one that may wait longer is a slip. */
function slowerWhenWorse(notes: Notes): Contradiction[] {
  const order = notes.known.map((one) => one.key)
  const times = order.flatMap((key) => {
    const one = notes.all('response-time').find((time) => time.value.severity === key)
    return one === undefined || one.value.answer.kind !== 'within'
      ? []
      : [{ key, line: one.line, ms: one.value.answer.ms }]
  })
  return times.flatMap((one, i) => {
    const better = times[i + 1]
    if (better === undefined || one.ms <= better.ms) return []
    return [
      {
        what: `${one.key} may wait ${formatDuration(one.ms)}, ${better.key} only ${formatDuration(better.ms)}.`,
        lines: [one.line, better.line],
      },
    ]
  })
}

function unknownSeverities(notes: Notes): Contradiction[] {
  const byKey = new Map<string, number[]>()
  for (const { key, line } of notes.unknownSeverities)
    byKey.set(key, [...new Set([...(byKey.get(key) ?? []), line])])
  return [...byKey].map(([key, lines]) => ({
    what: `${key} is named, and no severity of the plan is called so.`,
    lines,
  }))
}

/** Two different times for acknowledging the same severities. */
function clocks(notes: Notes): Contradiction[] {
  const acks = notes.all('clock').filter(({ value }) => value.until === 'acknowledged')
  return acks.flatMap((one, i) =>
    acks.slice(i + 1).flatMap((other) => {
      const same = one.value.severities.join() === other.value.severities.join()
      if (!same || one.value.length.ms === other.value.length.ms) return []
      return [
        {
          what: `Acknowledging is due within ${formatDuration(one.value.length.ms)}, and within ${formatDuration(other.value.length.ms)}.`,
          lines: [one.line, other.line],
        },
      ]
    }),
  )
}

/** A later step of escalation that comes before the one above it. */
function levels(notes: Notes): Contradiction[] {
  const steps = notes.all('escalation').filter(({ value }) => value.after !== null)
  return steps.flatMap((one, i) => {
    const next = steps[i + 1]
    if (
      next === undefined ||
      next.value.path !== one.value.path ||
      next.value.to.join() === one.value.to.join()
    )
      return []
    const [before, after] = [one.value.after?.ms ?? 0, next.value.after?.ms ?? 0]
    if (after >= before || one.value.severities.join() !== next.value.severities.join()) return []
    return [
      {
        what: `"${next.value.label}" comes after ${formatDuration(after)}, the step above it after ${formatDuration(before)}.`,
        lines: [one.line, next.line],
      },
    ]
  })
}

/** A section that ends within a time, with something in it that is due later. */
function afterTheWindow(notes: Notes): Contradiction[] {
  return notes.due.flatMap((section) =>
    notes.all('deadline').flatMap((one) => {
      const inside = one.line > section.line && one.line <= section.to
      if (!inside || one.value.length.ms <= section.ms) return []
      return [
        {
          what: `"${one.value.label}" is due within ${formatDuration(one.value.length.ms)}, in "${section.label}", which is due within ${formatDuration(section.ms)}.`,
          lines: [section.line, one.line],
        },
      ]
    }),
  )
}

/** One figure of one metric that means two severities. */
function thresholds(notes: Notes): Contradiction[] {
  const all = notes.all('threshold').filter(({ value }) => value.severity !== null)
  return all.flatMap((one, i) =>
    all.slice(i + 1).flatMap((other) => {
      const same =
        one.value.metric === other.value.metric &&
        one.value.op === other.value.op &&
        one.value.value === other.value.value
      if (!same || one.value.severity === other.value.severity) return []
      return [
        {
          what: `"${one.value.label}" is ${one.value.severity}, and ${other.value.severity}.`,
          lines: [one.line, other.line],
        },
      ]
    }),
  )
}
