import type { CodeBlock, CodeLine, Piece, Place, Title } from './document.ts'
import type { Command, Effect } from './findings.ts'
import type { Notes } from './notes.ts'
import { namesOne, spaced, wordSet } from './words.ts'

/** Commands in code blocks and in sentences. Muster never runs one; its text stays as the plan gives it. */

const shells = /^(?:bash|sh|shell|zsh|console|terminal|shell-session|powershell|ps1|cmd|bat|fish)$/
const others = /^(?:sql|psql|mysql)$/
const programs = wordSet(
  `kubectl docker docker-compose aws gcloud az curl wget psql mysql mongo mongosh redis-cli git gh glab make npm npx yarn
  pnpm node python python3 pip ruby rails bundle php java mvn gradle go cargo ssh scp rsync systemctl service journalctl
  tail head cat grep awk sed ps top htop df du free netstat ss lsof ping dig nslookup traceroute tcpdump iptables ufw mv
  cp rm chmod chown kill killall pkill cd ls find tar zip unzip terraform ansible ansible-playbook helm vercel heroku fly
  flyctl netlify supabase pg_dump pg_restore nginx openssl echo export wp pm2 knife vault consul nomad jq uptime vmstat
  iostat dmesg last who w`,
)

/** Whether a line begins as a command does, whatever stands before the program. */
function runsProgram(line: string): boolean {
  const first = /^(?:\$\s+|sudo\s+|[A-Z_]+=\S+\s+)*(\S+)/.exec(line)?.[1]
  return first !== undefined && (programs.has(first) || /^\.{0,2}\/[\w./-]+$/.test(first))
}

const slots =
  /\{\{\s*[\w .-]+\s*\}\}|\$\{[A-Z_][A-Z0-9_]*\}|\$[A-Z][A-Z0-9_]+|<[A-Za-z][\w .-]*>|(?<![\w$"'\])}])\{[a-z][\w-]*\}|(?<=[/=:'"-]|\s)\[[a-z][\w -]*\]|\{[a-z]+_(?:id|name)\}|\bYOUR[_-][A-Z0-9_-]+\b/g

export interface CommandRun {
  /** What the comment above says; null where there is none. */
  purpose: { text: string; line: CodeLine } | null
  /** The command; null for a comment that stands alone, which is a step in words. */
  command: { text: string; line: number; to: number } | null
}

/** Whether a block holds commands, by its language or by how its lines begin. */
export function isCommands(block: CodeBlock): boolean {
  if (shells.test(block.language) || others.test(block.language)) return true
  if (block.language !== '') return false
  const lines = block.lines.filter(({ text }) => text.trim() !== '' && !text.trim().startsWith('#'))
  const run = lines.filter(({ text }) => runsProgram(text.trim()))
  return (
    lines.length > 0 &&
    run.length * 2 >= lines.length &&
    lines.every(({ text }) => !/^\w+ \w+ \w+ \w+.*[.!?]$/.test(text.trim()))
  )
}

/** Comments with the commands below them. A command goes on after a backslash, inside quotes and where it is indented. */
export function runsOf(block: CodeBlock): CommandRun[] {
  const sql = others.test(block.language)
  const runs: CommandRun[] = []
  let waiting: CodeLine | null = null
  let open: { text: string; line: number; to: number } | null = null
  let fresh = true
  for (const line of block.lines) {
    const text = line.text.replace(/\s+$/, '')
    if (open !== null && goesOn(open.text, text, sql)) {
      open.text += `\n${text}`
      open.to = line.line
      continue
    }
    open = null
    if (text.trim() === '') {
      if (waiting !== null) runs.push({ purpose: said(waiting), command: null })
      waiting = null
      fresh = true
      continue
    }
    const comment = /^\s*(?:#|--|\/\/|REM\b)\s?(.*)$/.exec(text)
    if (comment !== null && !text.trim().startsWith('#!')) {
      if (waiting !== null) runs.push({ purpose: said(waiting), command: null })
      waiting = { line: line.line, text: comment[1] ?? '' }
      continue
    }
    const bare = text.replace(/^\s*(?:\$|>|PS>)\s+/, '').trimStart()
    open = { text: bare, line: line.line, to: line.line }
    const before = runs.at(-1)
    const purpose: CommandRun['purpose'] =
      waiting !== null ? said(waiting) : !fresh && before !== undefined ? before.purpose : null
    runs.push({ purpose, command: open })
    waiting = null
    fresh = false
  }
  if (waiting !== null) runs.push({ purpose: said(waiting), command: null })
  return runs.filter((run) => run.command !== null || (run.purpose !== null && run.purpose.text !== ''))
}

function said(line: CodeLine): { text: string; line: CodeLine } {
  return { text: line.text.replace(/^[#\s]+|[:\s]+$/g, ''), line }
}

function goesOn(before: string, text: string, sql: boolean): boolean {
  if (/\\$|[|]$|&&$/.test(before)) return true
  if (sql) return !/;\s*$/.test(before) && text.trim() !== '' && !/^\s*--/.test(text)
  const quotes =
    (before.match(/(?<!\\)'/g) ?? []).length % 2 === 1 || (before.match(/(?<!\\)"/g) ?? []).length % 2 === 1
  return (
    (quotes && before.length < 1_500) ||
    (/^\s{2,}\S/.test(text) &&
      !/^\s*#/.test(text) &&
      /^\S/.test(before) &&
      runsProgram(before) &&
      !runsProgram(text.trim()))
  )
}

/**
 * Takes the commands of a block. `at` is the task or step they belong to, `title` what they are for when no comment says
 * so. Gives the comments that stand alone.
 */
export function readCommands(
  block: CodeBlock,
  title: Title,
  at: (run: CommandRun) => string | null,
  notes: Notes,
): void {
  const sql = others.test(block.language)
  for (const run of runsOf(block)) {
    if (run.command === null) continue
    const first =
      run.purpose !== null && run.purpose.line.line < run.command.line && run.purpose.text !== ''
        ? run.purpose.line
        : null
    const { line, to, text } = run.command
    if (text.length > 2_000) continue
    const words = first === null ? (text.split('\n')[0] ?? text) : first.text
    const panel = panelOf(title.text)
    const place: Place = { line: first?.line ?? line, to, words: words.trim() }
    notes.add(
      'command',
      place,
      { ...commandOf(text, run.purpose?.text || title.text, sql ? 'sql' : 'shell', at(run), notes), panel },
      [
        ...(run.purpose?.text ? [{ ...place, line: run.purpose.line.line }] : title.over),
        ...(panel === null ? [] : title.over),
      ],
    )
  }
}

/** "Quick diagnosis commands", "Emergency commands": where a heading puts what stands below it. */
function panelOf(title: string): Command['panel'] {
  if (!/\bcommands?\b|\bcheat ?sheet\b/i.test(title)) return null
  if (/\bemergency\b/i.test(title)) return 'emergency'
  return /\bquick\b/i.test(title) ? 'quick' : null
}

/** A command inside a sentence: "Run `kubectl get pods`". */
export function readInlineCommands(piece: Piece, at: string | null, notes: Notes): void {
  for (const code of piece.codes) {
    if (!code.includes(' ') || !runsProgram(code) || code.length > 2_000) continue
    notes.add('command', piece, commandOf(code, piece.text, 'shell', at, notes))
  }
}

function commandOf(
  text: string,
  purpose: string,
  language: 'shell' | 'sql',
  at: string | null,
  notes: Notes,
): Command {
  const caution = /\b(?:caution|danger(?:ous)?|careful(?:ly)?|destructive|warning|last resort)\b/i.test(
    purpose,
  )
  return {
    id: notes.id('command', purpose === '' ? text : purpose),
    purpose: (purpose === '' ? text : purpose).slice(0, 300),
    text,
    language,
    effect: effectOf(text),
    params: paramsOf(text, language),
    at,
    danger: caution ? purpose.slice(0, 300) : null,
    panel: null,
  }
}

/** What must be filled in before a command is copied. */
function paramsOf(text: string, language: 'shell' | 'sql'): Command['params'] {
  const seen = new Set<string>()
  return [...text.matchAll(slots)].flatMap((found) => {
    const token = found[0]
    const name = spaced(token).trim()
    const id = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
    if (seen.has(token) || seen.has(id) || id === '' || id.length > 40) return []
    seen.add(token).add(id)
    const before = text.slice(0, found.index)
    const url = /https?:\/\/[^\s"']*$/.test(before)
    const inSql = language === 'sql' || /(?:-c|-e|--command)[ =]?"[^"]*'$/.test(before)
    return [
      {
        id,
        label: name,
        token,
        quoting: inSql ? ('sql' as const) : url ? ('url' as const) : ('shell' as const),
      },
    ]
  })
}

const destroying = wordSet(
  'rmdir delete truncate flushall flushdb destroy pg_terminate_backend kill killall pkill purge prune revoke terminate',
)
const destroys = /\brm\s+-|\bdrop\s+(?:table|database|schema|index)\b|\bmkfs|\bdd if=|--force\b/i
const changing = wordSet(
  `restart rollback undo scale set update insert alter grant apply patch push mv cp run start stop enable disable create
  promote failover cordon drain reboot export clone checkout backup install up chmod merge reload`,
)
const changes = /\bdeploy\b(?!\/)|\bexec -it\b|\brestore|-X\s*(?:POST|PUT|PATCH|DELETE)|>\s*[\w/.]|^[A-Z_]+=/i
const reading = wordSet(
  `get describe log logs status history top stat stats list ls show select cat tail head grep ps df du free curl dig ping
  inspect info check health view explain netstat journalctl uptime jq test validate diff events cd wget`,
)

/** What a command does to production, judged by its verbs; what nobody can tell is taken as a change. */
export function effectOf(text: string): Effect {
  if (namesOne(text, destroying) || destroys.test(text)) return 'destroy'
  // What is quoted is data, but for SQL that changes something.
  const bare = text.replace(/"[^"]*"|'[^']*'/g, (quoted) =>
    /\b(?:update|insert|alter|grant|create)\b/i.test(quoted) ? quoted : ' ',
  )
  if (namesOne(bare, changing) || changes.test(bare)) return 'change'
  return namesOne(text, reading) ? 'read' : 'change'
}
