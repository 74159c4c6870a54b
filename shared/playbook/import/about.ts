import { readReviewCycle, readReviewed } from './aftermath.ts'
import type { Piece, Section } from './document.ts'
import type { Source } from './lines.ts'
import { type Notes, short } from './notes.ts'
import { hasLetters, spaced, wordSet } from './words.ts'

/** What any plan is called. */
const generic = wordSet(
  `the a an of for and our is incident incidents response management plan plans guide guides runbook runbooks playbook
  playbooks run-book run-books play-book play-books procedure procedures process processes documentation document docs
  emergency handbook policy policies template security major standard operating sop version handling oncall on-call
  escalation overview introduction sample example readme cyber cybersecurity critical production step-by-step disaster
  recovery checklist basics severity severities level levels matrix rubric classification notes responding to`,
)

/** A title without the words that every plan's title has, and without its version. */
function withoutGeneric(title: string): string {
  return title.replace(/\b(?:v\d[\d.]*\b|step-by-step\b|(?:run|play)-books?\b|on-call\b|\w+)/gi, (word) =>
    /^v\d/i.test(word) || generic.has(word.toLowerCase()) ? ' ' : word,
  )
}

/** What the plan is called, whose it is, and what it is for. */
export function readAbout(plan: Section, source: Source, notes: Notes): void {
  const first = plan.sections[0]
  const heading = first?.heading ?? null
  const opening = openingOf(plan)
  const named = readFront(source, notes)
  if (named !== null) notes.add('title', named, { text: named.text.slice(0, 300) })
  else if (heading !== null && first?.level !== 7)
    notes.add('title', heading, { text: heading.text.slice(0, 300) })
  const title = named?.text ?? heading?.text ?? ''
  const place = named ?? heading
  const own = spaced(withoutGeneric(title).replace(/\([^)]*\)/g, ' '), ".' -")
    .replace(/\s+/g, ' ')
    .replace(/^[\s.-]+|[\s.-]+$/g, '')
  if (place !== null && own.length > 1 && own.split(' ').length <= 5 && hasLetters(own))
    notes.add('product', place, { text: own })
  else {
    for (const piece of opening) {
      const found =
        /\b(?:for|affecting|of|at|within)\s+(?:the\s+)?([A-Z][\w.&-]*(?:\s+[A-Z][\w.&-]*){0,4})/.exec(
          piece.text,
        )?.[1]
      if (found === undefined || withoutGeneric(found).trim() === '') continue
      notes.add('product', piece, { text: found })
      break
    }
  }
  for (const piece of opening) {
    if (readReviewed(piece, notes) || readReviewCycle(piece, notes)) continue
    if (notes.all('purpose').length > 0 && piece.lead === null) continue
    if (
      piece.lead !== null
        ? /purpose|scope|goal|aim|objective/i.test(piece.lead) && piece.rest !== ''
        : piece.text.split(' ').length >= 6
    )
      notes.add('purpose', piece, { text: short(piece.lead !== null ? piece.rest : piece.text, 480) })
  }
}

/** The front matter: what the plan is called, what it is for and when it was looked at. Gives its title. */
function readFront({ front }: Source, notes: Notes): Piece | null {
  let title: Piece | null = null
  for (const { line, words, key, text } of front) {
    if (key === null || text === '') continue
    const piece: Piece = { line, to: line, words, text, lead: null, rest: text, links: [], codes: [] }
    if (key === 'title' && title === null) title = piece
    else if (/^(?:description|summary|purpose)$/.test(key))
      notes.add('purpose', piece, { text: short(text, 480) })
    else readReviewed({ ...piece, text: `${key.replace(/[-_]/g, ' ')}: ${text}` }, notes)
  }
  return title
}

/** The text before the plan begins in earnest: below its title, and below a first heading that introduces it. */
function openingOf(plan: Section): Piece[] {
  const title = plan.sections[0]
  const intro = title?.sections[0]
  const introduces =
    intro?.heading !== null &&
    intro !== undefined &&
    /overview|introduction|purpose|scope|about|summary|objective/i.test(intro.heading.text)
  const blocks = [...plan.blocks, ...(title?.blocks ?? []), ...(introduces ? intro.blocks : [])]
  return blocks.flatMap((block) => (block.kind === 'text' ? block.pieces : []))
}
