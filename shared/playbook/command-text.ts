import type { Command } from './parts/runbooks.ts'

/**
 * A command with its parameters filled in, to be copied. What cannot be made safe in its place is refused: a wrong
 * command at three in the morning costs more than a value typed by hand.
 */
export type Parameter = Command['params'][number]

/** A command in pieces: literal text, and the places of its parameters. */
export type CommandPiece = { kind: 'text'; text: string } | { kind: 'param'; param: Parameter; at: number }

export type FilledCommand = { ok: true; text: string } | { ok: false; problems: Map<string, string> }

/** Longest value that is taken, in characters. */
const longestValue = 500

/** Splits a text at the tokens of its parameters; `at` is the place in the text. Tokens inside values are never seen. */
export function commandPieces(text: string, params: readonly Parameter[]): CommandPiece[] {
  const byLength = [...params].sort((a, b) => b.token.length - a.token.length)
  const pieces: CommandPiece[] = []
  let from = 0
  for (let at = 0; at < text.length; ) {
    const param = byLength.find((one) => text.startsWith(one.token, at))
    if (param === undefined) {
      at += 1
      continue
    }
    if (at > from) pieces.push({ kind: 'text', text: text.slice(from, at) })
    pieces.push({ kind: 'param', param, at })
    at += param.token.length
    from = at
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

/**
 * The command with each value made safe by its parameter's `quoting`, or what is wrong with which value, by
 * parameter id. A parameter that the text does not use needs no value.
 */
export function fillCommand(
  text: string,
  params: readonly Parameter[],
  values: Readonly<Record<string, string>>,
): FilledCommand {
  const problems = new Map<string, string>()
  const parts = commandPieces(text, params).map((piece) => {
    if (piece.kind === 'text') return piece.text
    const value = (Object.hasOwn(values, piece.param.id) ? values[piece.param.id] : undefined)?.trim() ?? ''
    const safe = value === '' ? { wrong: `Enter ${named(piece.param)}.` } : placed(value, piece, text)
    if (typeof safe === 'string') return safe
    problems.set(piece.param.id, safe.wrong)
    return ''
  })
  return problems.size === 0 ? { ok: true, text: parts.join('') } : { ok: false, problems }
}

type Safe = string | { wrong: string }

function named(param: Parameter): string {
  return `“${param.label}”`
}

function placed(value: string, piece: Extract<CommandPiece, { kind: 'param' }>, text: string): Safe {
  if (value.length > longestValue) return { wrong: `At most ${longestValue} characters.` }
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(value))
    return { wrong: 'It holds a line break or an invisible character. Type it by hand.' }
  const before = text.slice(0, piece.at)
  switch (piece.param.quoting) {
    case 'shell':
      return inShell(value, before)
    case 'path':
      return value.split('/').includes('..')
        ? { wrong: 'A path with “..” leads elsewhere. Write the whole path.' }
        : inShell(value, before)
    case 'sql':
      return inSql(value, before)
    case 'url':
      return inUrl(value)
  }
}

/** Characters that mean nothing to any shell, wherever they stand. */
const plainInShell = /^[A-Za-z0-9_./:@%+=,-]+$/

function inShell(value: string, before: string): Safe {
  if (value.startsWith('-')) return { wrong: 'A value that begins with - would be read as an option.' }
  if (plainInShell.test(value)) return value
  const place = shellPlace(before)
  switch (place) {
    case 'bare':
      return `'${value.replaceAll("'", "'\\''")}'`
    case 'single':
      return value.replaceAll("'", "'\\''")
    case 'double':
      // Within double quotes an interactive shell still reads `!`, and a backslash before it stays.
      if (value.includes('!')) return { wrong: 'An exclamation mark cannot be made safe here.' }
      return value.replace(/[\\"$`]/g, '\\$&')
    case 'nested':
      return { wrong: 'Here only letters, digits and . _ / : @ % + = , - are safe.' }
  }
}

/** Within which quotes of a shell a place stands; `nested` is a command within a command. */
function shellPlace(before: string): 'bare' | 'single' | 'double' | 'nested' {
  if (/`|\$\(/.test(before)) return 'nested'
  let open: '' | "'" | '"' = ''
  for (let i = 0; i < before.length; i++) {
    const char = before[i]
    if (char === '\\' && open !== "'") i += 1
    else if (open === '' && (char === "'" || char === '"')) open = char
    else if (char === open) open = ''
  }
  return open === '' ? 'bare' : open === "'" ? 'single' : 'double'
}

const sqlBegins = /^\s*(select|insert|update|delete|with|alter|create|drop|truncate|explain|call|set)\b/i

function inSql(value: string, before: string): Safe {
  // SQL inside another command would have to be safe in both; only what is plain in both is taken.
  if (!sqlBegins.test(before))
    return /^[A-Za-z0-9_.:@]+(-[A-Za-z0-9_.:@]+)*$/.test(value)
      ? value
      : { wrong: 'Here only letters, digits and . _ : @ - are safe.' }
  if (/[\\"$`]/.test(value))
    return { wrong: 'A backslash, a double quote, $ and ` cannot be made safe in SQL.' }
  const doubled = value.replaceAll("'", "''")
  if (before.split("'").length % 2 === 0) return doubled
  return /^\d+(\.\d+)?$/.test(value) ? value : `'${doubled}'`
}

function inUrl(value: string): Safe {
  if (/^\.+$/.test(value)) return { wrong: 'Dots alone lead to another address.' }
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
