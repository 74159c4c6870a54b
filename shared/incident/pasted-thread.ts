import { type Stamp, stampOf, stampPattern } from './pasted-times.ts'

/** One message of a conversation that somebody copied from a chat program. */
export interface ThreadLine {
  author: string
  text: string
  stamp: Stamp | null
}

const name = String.raw`[@<~]?\p{L}[\p{L}\p{N}'’._-]*(?: [\p{L}(][\p{L}\p{N}'’._()-]*){0,3}`
const word = String.raw`[@<~]?\p{L}[\p{L}\p{N}'’._-]*>?`

const pattern = (source: string) => new RegExp(source, 'u')
/** `[14:03] maya: text`, `[20/11/2026, 14:03:11] Maya Chen: text`, `[14:03] <maya> text`. */
const bracketed = pattern(
  String.raw`^\[${stampPattern}\]\s*(?:<(?<nick>[^>\s]{1,80})>|(?<author>${name}):)\s+(?<text>\S.*)$`,
)
/** `20/11/2026, 14:03 - Maya Chen: text`, `14:03 maya: text`, `2026-11-20 14:03:11 maya: text`. */
const stamped = pattern(
  String.raw`^${stampPattern}\s+(?:[-–—] )?(?:<(?<nick>[^>\s]{1,80})>|(?<author>${name}):)\s+(?<text>\S.*)$`,
)
/** `2026-11-20 14:03:11 maya text`: the day makes it a log of a conversation and not a sentence about a time. */
const logged = pattern(String.raw`^(?=\d{4}-)${stampPattern}\s+(?<author>${word})\s+(?<text>\S.*)$`)
/** `Maya Chen  2:14 PM`, `maya — Today at 2:14 PM`, `Maya Chen [10:31 AM]`; the words follow below. */
const headed = pattern(
  String.raw`^(?<author>${name})(?<mark>\s+[—–-]|:[\w+-]+:)?(?<space>\s+)(?<bracket>\[)?${stampPattern}\]?(?:\s\(edited\))?$`,
)
/** `[2:14 PM] Maya Chen`; the words follow below. */
const headedAfter = pattern(String.raw`^\[${stampPattern}\]\s*(?<author>${name})$`)
/** `10:31 AM` alone: under a name it is that person's; under words the same person goes on. */
const timeAlone = pattern(String.raw`^\[?${stampPattern}\]?$`)
const nameAlone = pattern(`^${name}$`)
/** `maya: text`. */
const told = pattern(String.raw`^(?<author>${name}):\s+(?<text>\S.*)$`)

/** What stands where an author would, and is none: machines print it. */
const noAuthor =
  /^(?:trace|debug|info|notice|warn|warning|error|err|fatal|critical|severe|panic|caused by|note|todo|https?|at|from|to|subject|date|re|fwd|status|level|host|pid|time|message|msg)$/i
/** Lines that chat programs put between messages. */
const furniture = /^(?:new|new messages?|today|yesterday|\d+ repl(?:y|ies)|view thread|edited)$/i

/** Longer pastes are not read as conversations, in UTF-16 units. */
export const longestThread = 256 * 1024

/**
 * A copied conversation as its messages, in order, or null when the text is none. It is known by two messages or
 * more in one of the forms above; words under a message belong to it. `known` are names of people here: they make
 * `maya: text` a conversation where nobody speaks twice.
 */
export function readThread(raw: string, known: readonly string[] = []): ThreadLine[] | null {
  if (raw.length > longestThread || !raw.includes('\n')) return null
  const lines = raw
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00A0\u202F]/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
  return stampedThread(lines) ?? toldThread(lines, known)
}

class Messages {
  readonly all: ThreadLine[] = []
  #text: string[] = []
  #open: Omit<ThreadLine, 'text'> | null = null

  begin(author: string, stamp: Stamp | null, text?: string): void {
    this.end()
    this.#open = { author, stamp }
    this.#text = text === undefined ? [] : [text]
  }

  get open(): Omit<ThreadLine, 'text'> | null {
    return this.#open
  }

  /** @returns whether there was a message to add it to */
  add(line: string): boolean {
    if (this.#open !== null) this.#text.push(line)
    return this.#open !== null
  }

  /** Whether the newest line may be taken back: what stands alone under a time is somebody's words. */
  get mayTakeBack(): boolean {
    return this.#open === null || this.#text.filter((line) => line.trim() !== '').length > 1
  }

  /** Takes the newest line back. */
  takeBack(): void {
    this.#text.pop()
  }

  end(): void {
    const text = this.#text.join('\n').trim()
    if (this.#open !== null && text !== '') this.all.push({ ...this.#open, text })
    this.#open = null
    this.#text = []
  }
}

function stampedThread(lines: readonly string[]): ThreadLine[] | null {
  const messages = new Messages()
  let before = ''
  let starts = 0
  for (const line of lines) {
    const bare = line.trim()
    const last = before
    before = bare
    const inline = bracketed.exec(bare) ?? stamped.exec(bare) ?? logged.exec(bare)
    if (inline !== null && begun(messages, inline, inline.groups?.text)) {
      starts += 1
      continue
    }
    const head = headed.exec(bare) ?? headedAfter.exec(bare)
    if (head !== null && isHead(head.groups) && begun(messages, head)) {
      starts += 1
      continue
    }
    const alone = timeAlone.exec(bare)
    const stamp = alone === null ? null : stampOf(alone.groups)
    if (stamp !== null) {
      if (messages.mayTakeBack && isName(last)) {
        messages.takeBack()
        messages.begin(authorOf(last), stamp)
        starts += 1
        continue
      }
      if (messages.open !== null) {
        messages.begin(messages.open.author, stamp)
        starts += 1
        continue
      }
    }
    if (furniture.test(bare)) continue
    // Words before the first message belong to nobody, unless a time under them makes them a name.
    if (!messages.add(line) && bare !== '' && !nameAlone.test(bare)) return null
  }
  messages.end()
  return starts >= 2 && messages.all.length >= 2 ? messages.all : null
}

function begun(messages: Messages, match: RegExpExecArray, text?: string): boolean {
  const written = match.groups?.author ?? match.groups?.nick ?? ''
  const stamp = stampOf(match.groups)
  if (stamp === null || !isAuthor(written)) return false
  messages.begin(authorOf(written), stamp, text)
  return true
}

function toldThread(lines: readonly string[], known: readonly string[]): ThreadLine[] | null {
  const messages = new Messages()
  let words = 0
  let starts = 0
  for (const line of lines) {
    const match = told.exec(line.trim())
    const author = match?.groups?.author ?? ''
    if (match !== null && isAuthor(author)) {
      messages.begin(authorOf(author), null, match.groups?.text)
      starts += 1
    } else if (!messages.add(line) && line.trim() !== '') return null
    if (line.trim() !== '') words += 1
  }
  messages.end()
  // Settings and headers look like this too: there nobody speaks twice, and nobody is known.
  const authors = new Set(messages.all.map(({ author }) => author))
  const people = new Set(known.map((one) => one.toLowerCase()))
  const talk = authors.size < messages.all.length || [...authors].some((one) => people.has(one.toLowerCase()))
  return starts >= 2 && starts * 2 >= words && authors.size >= 2 && talk ? messages.all : null
}

/** A sentence that ends in a time is no head: that has a mark between name and time, or is plainly a name. */
function isHead(groups: Readonly<Record<string, string | undefined>> | undefined): boolean {
  const { author = '', mark, space = '', bracket, day, half } = groups ?? {}
  if (!isName(author)) return false
  return (
    [mark, bracket, day, half].some((part) => part !== undefined) || space.length > 1 || author.includes(' ')
  )
}

/** A line that is a name and nothing else: one word, or each with a capital. */
function isName(line: string): boolean {
  if (!nameAlone.test(line) || !isAuthor(line)) return false
  const words = line.split(' ')
  return words.length === 1 || words.every((one) => !/^\p{Ll}/u.test(one))
}

function isAuthor(written: string): boolean {
  return written !== '' && !noAuthor.test(written) && authorOf(written).length <= 80
}

function authorOf(written: string): string {
  return written
    .replace(/(?<=\p{Ll})APP$/u, '')
    .replace(/^[@<~]+|[>:]+$/g, '')
    .replace(/\s?\(edited\)$/, '')
    .trim()
}
