import type { Act, Option, Place } from '../../state/acts.ts'
import { fuzzyAmong } from '../../state/fuzzy.ts'

/** One line of the palette that Enter chooses. */
export type Line<C> =
  | { kind: 'act'; key: string; act: Act<C>; label: string; whyNot: string | null }
  | { kind: 'place'; key: string; place: Place; label: string; detail: string | null }
  | {
      kind: 'option'
      key: string
      option: Option
      label: string
      detail: string | null
      whyNot: string | null
    }

export interface Section<C> {
  title: string
  lines: readonly Line<C>[]
}

/** Places of one kind shown at a time: more of the same is found by more letters. */
const mostPlaces = 6

/**
 * What the palette shows for what was typed: unasked, what was used last and then every act under its heading;
 * asked, the acts that fit, best first, then tasks, people, roles and entries. What is not possible now stays, with
 * its reason, behind what is.
 */
export function paletteSections<C>(
  query: string,
  acts: readonly Act<C>[],
  places: readonly Place[],
  recent: readonly string[],
  context: C,
): Section<C>[] {
  const lineOf = (act: Act<C>): Line<C> => ({
    kind: 'act',
    key: act.id,
    act,
    label: act.title,
    whyNot: act.whyNot(context),
  })
  if (query.trim() === '') {
    const last = recent.flatMap((id) => acts.find((act) => act.id === id) ?? []).map(lineOf)
    const rest = acts.filter((act) => !recent.includes(act.id))
    const groups = [...new Set(rest.map((act) => act.group))]
    return [
      { title: 'Used last', lines: last },
      ...groups.map((title) => ({
        title,
        lines: rest.filter((act) => act.group === title).map(lineOf),
      })),
    ].filter((section) => section.lines.length > 0)
  }
  const slashes = (act: Act<C>) => Object.keys(act.slash ?? {}).map((word) => `/${word}`)
  const found = best(acts, (act) => fuzzyAmong(query, act.title, act.words, ...slashes(act))).map(lineOf)
  const possible = (line: Line<C>) => line.kind !== 'act' || line.whyNot === null
  const kinds = [...new Set(places.map((place) => place.group))]
  return [
    { title: 'Do', lines: [...found.filter(possible), ...found.filter((line) => !possible(line))] },
    ...kinds.map((title) => ({
      title,
      lines: best(
        places.filter((place) => place.group === title),
        (place) => fuzzyAmong(query, place.label, place.detail),
      )
        .slice(0, mostPlaces)
        .map(
          (place): Line<C> => ({
            kind: 'place',
            key: place.id,
            place,
            label: place.label,
            detail: place.detail ?? null,
          }),
        ),
    })),
  ].filter((section) => section.lines.length > 0)
}

/** The options of a question that fit what was typed; in their own order until something is typed. */
export function optionSection<C>(query: string, title: string, options: readonly Option[]): Section<C>[] {
  const fit =
    query.trim() === ''
      ? options
      : best(options, (o) =>
          Math.max(fuzzyAmong(query, o.label, o.detail), fuzzyAmong(query, o.value) * 0.99),
        )
  const lines = fit.map(
    (option): Line<C> => ({
      kind: 'option',
      key: option.value,
      option,
      label: option.label,
      detail: option.detail ?? null,
      whyNot: option.whyNot ?? null,
    }),
  )
  return lines.length === 0 ? [] : [{ title, lines }]
}

function best<T>(items: readonly T[], score: (item: T) => number): T[] {
  return items
    .map((item, at) => ({ item, at, score: score(item) }))
    .filter((scored) => scored.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map((scored) => scored.item)
}
