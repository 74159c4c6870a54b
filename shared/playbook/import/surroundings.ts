import type { Item, Piece, TableBlock } from './document.ts'
import type { Notes } from './notes.ts'
import { structure } from './people.ts'
import { isBlank } from './positions.ts'
import { severityLabel } from './severity-words.ts'

/** What is around an incident: where alerts come from, thresholds, channels, tools, access. */

export function readSource(piece: Piece, label: string, notes: Notes): void {
  const manual =
    /\bmanual|human|people|reported by/i.test(label) ||
    /\b(?:users?|customers?|team member|employee|staff|support|social media|observation|reports?\b(?! generated))/i.test(
      piece.text,
    )
  const automatic = /\bautomat/i.test(label)
  notes.add('source', piece, {
    id: notes.id('source', piece.text),
    label: piece.text.slice(0, 300),
    mode: manual && !automatic ? 'manual' : 'automatic',
  })
}

const channelKinds: readonly ['email' | 'status-page' | 'social' | 'video' | 'phone' | 'chat', RegExp][] = [
  ['status-page', /status ?page|statuspage|status\.[\w-]+\./i],
  ['video', /video|zoom|google meet|hangout|bridge|war room call|conference|webex/i],
  ['social', /twitter|social media|linkedin|facebook|\bx\.com/i],
  ['chat', /slack|#[a-z][\w-]+|chat|microsoft teams|ms teams|discord|mattermost|irc\b/i],
  ['email', /e-?mail|mailing list/i],
  ['phone', /phone|\bsms\b|pager|text message/i],
]

/** A channel, by the words that name its kind; a name such as `#incidents` is kept as it is written. */
export function readChannel(piece: Piece, text: string, label: string, notes: Notes): boolean {
  const kind =
    channelKinds.find(([, rule]) => rule.test(text)) ?? channelKinds.find(([, rule]) => rule.test(label))
  if (kind === undefined) return false
  const name =
    /(?:^|[\s`(])(#[a-z][\w-]*)/i.exec(text)?.[1] ??
    /\b[\w-]+(?:\.[\w-]+)+\.[a-z]{2,}\b/i.exec(text)?.[0] ??
    null
  notes.add('channel', piece, {
    id: notes.id('channel', name ?? text, 30),
    label: (piece.lead ?? text).slice(0, 200),
    purpose: text.slice(0, 400),
    of: kind[0],
    name,
  })
  return true
}

const comparison =
  /^(.*?)\s*(?:(>|<|≥|≤|>=|<=|above|over|exceeds?|greater than|more than|below|under|less than|drops? below)\s*)(\d+(?:\.\d+)?)\s*(%|ms|s|seconds?|sec|x|gb|mb|rps|requests?\/s)?(.*)$/i

/** "Error rate > 5%": a threshold of a metric. Where the words say target, what is to be kept. */
export function readThreshold(piece: Piece, severity: string | null, notes: Notes): boolean {
  const found = comparison.exec(piece.text)
  const [, before = '', sign = '', figure = '', unit = '', after = ''] = found ?? []
  const value = Number(figure)
  const name = before
    .replace(/\([^)]*$/, '')
    .replace(/[:(–—-]\s*(?:target\s*:?)?\s*$/i, '')
    .replace(/\b(?:is|are|target)\s*$/i, '')
    .trim()
  if (found === null || name === '' || name.length > 90 || !Number.isFinite(value)) return false
  // A length of time with "after" or "over" is a deadline, not a measurement.
  if (/^\s*(?:min|h\b|hour|day|week|m\b)/i.test(`${unit}${after}`) && /min|hour|day|week/i.test(after))
    return false
  const op = /^(?:>|≥|above|over|exceed|greater|more)/i.test(sign) ? '>' : '<'
  const target = /target|should be|keep|goal|healthy|normal/i.test(before) || /target/i.test(after)
  const metric = metricOf(name, unit, target ? { op, value } : null, piece, notes)
  if (!target)
    notes.add('threshold', piece, {
      id: notes.id('threshold', `${name}-${figure}`),
      metric,
      op,
      value,
      severity,
      label: piece.text.slice(0, 300),
    })
  return true
}

/** Something that is watched, or that alerts, without a figure that could be compared. */
export function readWatched(piece: Piece, severity: string | null, notes: Notes): void {
  if (severity === null) metricOf(piece.text, '', null, piece, notes)
  else
    notes.add('incident-type', piece, {
      id: notes.id('type', piece.text),
      label: piece.text.slice(0, 300),
      severity,
    })
}

export function metricOf(
  name: string,
  unit: string,
  target: { op: '<' | '>'; value: number } | null,
  place: Piece,
  notes: Notes,
): string {
  const known = notes
    .all('metric')
    .find(
      (one) =>
        one.value.label.toLowerCase() === name.toLowerCase() && (unit === '' || one.value.unit === unit),
    )
  if (known !== undefined) return known.value.id
  const id = notes.id('metric', name)
  notes.add('metric', place, { id, label: name.slice(0, 200), unit: unit === '' ? null : unit, target })
  return id
}

/** Which severity an incident of this kind is. Labels come many times in the column, so it defines none of them. */
export function readTypeTable(table: TableBlock, notes: Notes): boolean {
  const keys = (piece: Piece | undefined) => {
    const label = piece === undefined ? null : severityLabel(piece.text)
    if (label === null) return undefined
    return notes.known.find((one) =>
      label.number === null
        ? (one.name ?? one.key).toLowerCase() === label.key.toLowerCase()
        : one.number === label.number && one.family === label.family,
    )?.key
  }
  const column = table.head.findIndex(
    (cell, i) =>
      i > 0 &&
      /severit|priorit|level|class/i.test(cell.text) &&
      table.rows.some((row) => keys(row[i]) !== undefined),
  )
  if (column < 0) return false
  for (const row of table.rows) {
    const piece = row[0]
    const severity = keys(row[column])
    if (piece === undefined || severity === undefined || piece.text === '') continue
    notes.add('incident-type', piece, {
      id: notes.id('type', piece.text),
      label: piece.text.slice(0, 300),
      severity,
    })
  }
  structure(table, notes)
  return true
}

const address = /\bhttps?:\/\/[^\s)>"'`]+/i

/** Something to open: a link, an address, a script in the project. */
export function readLink(piece: Piece, title: string, notes: Notes): boolean {
  const link = piece.links.find((one) => one.address !== '' && !one.address.startsWith('#'))
  const url =
    link?.address ??
    address.exec(piece.text)?.[0] ??
    piece.codes.find((code) => /^[\w./-]+\.(?:sh|py|rb|js|ts|ps1)$/.test(code))
  if (url === undefined) return false
  const label = piece.lead ?? link?.text ?? piece.text.replace(address, '').replace(/[:\s–—-]+$/, '')
  const of = /dashboard|grafana|monitor/i.test(`${title} ${label}`)
    ? 'dashboard'
    : /\.(?:sh|py|rb|ps1)$/.test(url)
      ? 'script'
      : /\.md\b|docs?\b|document|runbook|wiki|guide|reference/i.test(`${title} ${url} ${label}`)
        ? 'doc'
        : 'url'
  notes.add('link', piece, {
    id: notes.id('link', label === '' ? url : label),
    of,
    label: (label === '' ? url : label).slice(0, 300),
    address: url.slice(0, 450),
  })
  return true
}

export function readLinkTable(table: TableBlock, title: string, notes: Notes): boolean {
  let taken = false
  for (const row of table.rows) {
    const piece = row.find((cell) => cell.links.length > 0 || address.test(cell.text))
    const first = row[0]
    if (piece === undefined || first === undefined) continue
    taken = readLink({ ...piece, lead: first === piece ? null : first.text }, title, notes) || taken
  }
  if (taken) structure(table, notes)
  return taken
}

export function readAccessTable(table: TableBlock, notes: Notes): boolean {
  const heads = table.head.map((cell) => cell.text)
  const system = heads.findIndex((head) => /system|tool|service|platform|resource|application/i.test(head))
  if (system < 0) return false
  const purpose = heads.findIndex((head) => /purpose|use|what|description/i.test(head))
  const level = heads.findIndex((head) => /level|access|role|permission|type/i.test(head))
  for (const row of table.rows) {
    const piece = row[system]
    if (piece === undefined || isBlank(piece.text)) continue
    notes.add('access', piece, {
      id: notes.id('access', piece.text),
      system: piece.text.slice(0, 200),
      purpose: row[purpose]?.text.slice(0, 300) || null,
      level: row[level]?.text.slice(0, 200) || null,
    })
  }
  structure(table, notes)
  return true
}

export function readAccessItem(item: Item, notes: Notes): void {
  notes.add('access', item, {
    id: notes.id('access', item.text),
    system: (item.lead ?? item.text).slice(0, 300),
    purpose: item.lead === null ? null : item.rest.slice(0, 300) || null,
    level: null,
  })
}
