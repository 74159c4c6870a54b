import type { Section } from './document.ts'
import { titleOf } from './document.ts'
import type { Window } from './findings.ts'
import type { Notes } from './notes.ts'
import { windowIn } from './times.ts'
import type { Topic } from './topics.ts'

const numbered = /^\s*(?:phase|step|stage)\s*\d+|^\s*\d+[.)]\s/i
const named = /\bphase\b|\((?:first|immediate|\d)|first \d+ (?:min|hour)/i

/**
 * The phases of a response: neighbouring headings that are numbered, or that say when they take place. Gives the phase of
 * each section below `section`, in order. A plan has one such row; the first that has windows or numbers is it.
 */
export function readPhases(section: Section, topic: Topic, notes: Notes): (string | null)[] {
  const none = section.sections.map(() => null)
  if (notes.all('phase').length > 0 || !['process', 'none', 'overview'].includes(topic)) return none
  const rows = section.sections.map((one) => {
    const text = one.heading?.text ?? ''
    const window = windowIn(text)
    const counts = numbered.test(text) && (topic === 'process' || /phase|step|stage/i.test(text))
    return {
      heading: one.heading,
      window,
      counts: one.level < 7 && (window !== null || counts || named.test(text)),
    }
  })
  const found = rows.filter((row) => row.counts)
  if (found.length < 2) return none
  return rows.map(({ heading, window, counts }) => {
    if (!counts || heading === null) return null
    const name = titleOf(heading.text.replace(/^\s*(?:phase|step|stage)\s*\d+\s*[:.–—-]*\s*/i, '')).replace(
      /\s*\([^)]*\)\s*$/,
      '',
    )
    const id = notes.id('phase', name)
    // "Within 24 hours" is a deadline for what stands below, counted from the end; no window of the response.
    const value: Window = window ?? { kind: 'none' }
    notes.add('phase', heading, {
      id,
      name: (name === '' ? heading.text : name).slice(0, 200),
      window: value,
    })
    return id
  })
}
