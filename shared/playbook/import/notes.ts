import type { Place } from './document.ts'
import type { Finding, FindingKind, FindingOf } from './findings.ts'
import { type KnownSeverity, severitiesIn } from './severity-words.ts'
import { spaced } from './words.ts'

const label = '(?:sev|severity|priority|level|p\\d|s\\d)'
/** Words that limit something to a severity, where another sentence only speaks of one. */
const limited = new RegExp(
  `\\b(?:if|for|when|only|on|during|all|in)\\s+(?:it is |an? |the |any |all |case of )?\\(?${label}|\\([^)]*${label}[^)]*\\)|^\\W*${label}[^:]{0,20}:|\\bonly\\b`,
  'i',
)

/** What has been found so far: findings in the order they were met, ids that are used once, and positions by name. */
export class Notes {
  readonly findings: Finding[] = []
  /** Severities named that the plan does not define, with their lines. */
  readonly unknownSeverities: { key: string; line: number }[] = []
  /** Lines that only order what is around them: a table's head, a label whose list was read. */
  readonly structure = new Set<number>()
  /** Sections that are due by a time as a whole, ms, with the lines they cover. */
  readonly due: { label: string; ms: number; line: number; to: number }[] = []
  readonly #lines = new Set<number>()
  readonly #byKind: { [Kind in FindingKind]?: FindingOf<Kind>[] } = {}
  #known: KnownSeverity[] = []
  readonly #ids = new Map<string, ReturnType<typeof namer>>()
  readonly #contacts = new Map<string, string>()

  /** Takes a finding. `over` is what stands above it and lends it words: a column's head, the heading of its list. */
  add<Kind extends FindingKind>(
    kind: Kind,
    place: Place,
    value: FindingOf<Kind>['value'],
    over: readonly (Place | null | undefined)[] = [],
  ): void {
    const { line, to, words } = place
    const above = over.flatMap((one) =>
      one == null || (one.line >= line && one.line <= to) ? [] : [one.line],
    )
    const under: readonly number[] = [...new Set(above)].sort((a, b) => a - b)
    // The pair of kind and value is what FindingOf says; a union of pairs cannot be told so without a cast.
    const finding = { kind, value, line, to, words: words.slice(0, 2_000), under } as FindingOf<Kind>
    this.findings.push(finding)
    this.#lines.add(line)
    const before: FindingOf<Kind>[] | undefined = this.#byKind[kind]
    if (before === undefined) Object.assign(this.#byKind, { [kind]: [finding] })
    else before.push(finding)
  }

  /** Whether something was found that begins on this line. */
  has(line: number): boolean {
    return this.#lines.has(line)
  }

  /** The findings of a kind so far, in the order they were met; more may follow. */
  all<Kind extends FindingKind>(kind: Kind): readonly FindingOf<Kind>[] {
    return this.#byKind[kind] ?? []
  }

  /** An id made of the text's own words, used once within `scope`. */
  id(scope: string, text: string, longest = 36): string {
    const named = this.#ids.get(scope) ?? namer()
    this.#ids.set(scope, named)
    return named(text, longest)
  }

  know(severities: readonly KnownSeverity[]): void {
    this.#known = [...severities]
  }

  get known(): readonly KnownSeverity[] {
    return this.#known
  }

  /** Keys of the plan's severities that a text names. */
  severities(text: string, place: Place): string[] {
    const { keys, unknown } = severitiesIn(text, this.#known)
    for (const key of unknown) this.unknownSeverities.push({ key, line: place.line })
    return keys
  }

  /** Severities that a text is limited to: "if SEV-1/2", "(P0 only)", "For P0 incidents"; not one it only speaks of. */
  limits(text: string, place: Place): string[] {
    const keys = this.severities(text, place)
    if (keys.length === this.#known.length) return []
    const named = this.#known.every((one) => one.family === null)
    return named || limited.test(text) ? keys : []
  }

  /** The id of a position; the first place that names it is where it was found. */
  contact(
    position: string,
    place: Place,
    of: 'person' | 'team' | 'supplier' = 'person',
    over: readonly Place[] = [],
  ): string {
    const name = position.replace(/\s+/g, ' ').trim()
    const key = spaced(name.toLowerCase().replace(/^(?:the|our|a|an)\s+/, '')).trim()
    const known = this.#contacts.get(key)
    if (known !== undefined) return known
    const id = this.id('contact', key)
    this.#contacts.set(key, id)
    const team = of === 'person' && /\bteams?$|\bgroup$|\bdepartment$/.test(key) ? 'team' : of
    this.add('contact', place, { id, position: name.slice(0, 200), of: team }, over)
    return id
  }
}

/** `a-few-words` of a text: small letters, digits and dashes, never empty, never longer than `longest`. */
export function slug(text: string, longest = 36): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const cut = plain.length <= longest ? plain : plain.slice(0, longest).replace(/-[^-]*$/, '')
  const id = cut.replace(/^-+|-+$/g, '')
  // The name of every object's maker is reserved wherever state is kept by id.
  return id === '' || id === 'constructor' || id === 'response' ? `x-${id}`.replace(/-$/, '') : id
}

/** Gives ids made of a text's words, each once: `scale-up`, then `scale-up-2`. */
export function namer(): (text: string, longest: number) => string {
  const used = new Set<string>()
  // Where the search for a free number ended: a plan may say the same words ten thousand times.
  const last = new Map<string, number>()
  return (text, longest) => {
    const base = slug(text, longest)
    let id = base
    let n = last.get(base) ?? 1
    while (used.has(id)) id = `${base}-${++n}`
    last.set(base, n)
    used.add(id)
    return id
  }
}

/** A text of at most `longest` signs, that ends with a whole word. */
export function short(text: string, longest: number): string {
  if (text.length <= longest) return text
  const cut = text.slice(0, longest + 1)
  return cut.replace(/\s+\S*$/, '').slice(0, longest)
}
