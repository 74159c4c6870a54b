import { keepUnsaved, unsavedIn } from '../../../state/unsaved.ts'

/** The texts of the page on which a playbook is written. */
export interface Texts {
  /** What stands in the editor. */
  readonly source: string
  /** What was saved or published last: a text that differs from it exists only here. */
  readonly kept: string
  /** Mark of the saved draft that the editor's text began from, null for none: nobody's is written over unseen. */
  readonly base: string | null
  /** Texts of one's own that wait while another is in the editor, the one that waits longest first. */
  readonly aside: readonly string[]
}

type Draft = { readonly source: string; readonly mark: string }

export const nothing: Texts = { source: '', kept: '', base: null, aside: [] }

/** Whether the editor's text exists only here. */
export const isDirty = ({ source, kept }: Texts): boolean => source !== kept

/** Somebody else's draft into the editor. One's own waits beside it, also where others wait already. */
export function openedTheirs(texts: Texts, theirs: Draft): Texts {
  const aside = isDirty(texts) ? [...texts.aside, texts.source] : texts.aside
  return without({ source: theirs.source, kept: theirs.source, base: theirs.mark, aside }, theirs.source)
}

/** The text that waits longest into the editor; what was changed in the one there waits in its place. */
export function backToMine(texts: Texts): Texts {
  const [mine, ...others] = texts.aside
  if (mine === undefined) return texts
  return { ...texts, source: mine, aside: isDirty(texts) ? [...others, texts.source] : others }
}

/** `text` was saved under `mark`: what was typed since, and what waits beside it, is still one's own. */
export const saved = (texts: Texts, text: string, mark: string): Texts =>
  without({ ...texts, kept: text, base: mark }, text)

/**
 * The draft is published or discarded, with `text` in the editor when that was asked for: what waited beside it goes
 * with it, what was typed since is one's own and begins from no draft.
 */
export const settled = (texts: Texts, text: string): Texts => ({
  ...texts,
  kept: text,
  base: null,
  aside: [],
})

/** What is in the editor, or saved, needs not wait beside it. */
const without = (texts: Texts, text: string): Texts => ({
  ...texts,
  aside: texts.aside.filter((one) => one !== text),
})

const corner = (id: string | null) => `playbook/${id ?? ''}`
const besides = (id: string | null) => `${corner(id)}/aside`

/** Keeps what exists only here for whoever comes back to the page of playbook `id`, null for a file to be chosen. */
export function keepTexts(me: string | null, id: string | null, texts: Texts): void {
  const { source, base, aside } = texts
  keepUnsaved(me, corner(id), isDirty(texts) ? `${base ?? ''}\n${source}` : null)
  keepUnsaved(me, besides(id), aside.length === 0 ? null : JSON.stringify(aside))
}

/** What was left on the page of playbook `id`, over what is saved now. */
export function textsLeft(me: string | null, id: string | null, now: Texts): Texts {
  const found = { ...now, aside: readAside(unsavedIn(me, besides(id))) }
  const left = unsavedIn(me, corner(id))
  if (left === null) return without(found, now.kept)
  const line = left.indexOf('\n')
  const base = left.slice(0, line)
  return without({ ...found, base: base === '' ? null : base, source: left.slice(line + 1) }, now.kept)
}

/**
 * The file was saved as the draft of `id`, and its page comes next: what is still one's own goes there, beside what
 * was left there before.
 */
export function moveTexts(me: string | null, from: string | null, id: string, texts: Texts): void {
  keepTexts(me, from, nothing)
  const there = textsLeft(me, id, { ...nothing, kept: texts.kept, source: texts.kept })
  const left = isDirty(there) ? [there.source] : []
  keepTexts(me, id, without({ ...texts, aside: [...texts.aside, ...there.aside, ...left] }, texts.source))
}

function readAside(left: string | null): readonly string[] {
  if (left === null) return []
  try {
    const found: unknown = JSON.parse(left)
    if (Array.isArray(found)) return found.filter((one) => typeof one === 'string')
  } catch {
    // An earlier version of this page left one text as it was.
  }
  return [left]
}
