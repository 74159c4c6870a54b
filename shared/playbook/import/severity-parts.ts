import type { Piece } from './document.ts'
import { afterIn } from './escalation.ts'
import type { Notes } from './notes.ts'
import { positionsIn } from './positions.ts'
import { alwaysIn, answerIn, everyIn, lengthsIn, limitIn } from './times.ts'

/** What a plan says of one severity, part by part: the name of a column or label says what kind of thing it is. */

export interface Part {
  name: string
  piece: Piece
  text: string
  /** What names it, where that is not on its own line: a column's head, a label, a heading. */
  over?: Piece
}

/** Takes one part as what its name makes it; a name that is nothing else still says what the severity is. */
export function takePart(severity: string, { name, piece, text, over }: Part, notes: Notes): void {
  if (text.trim() === '') return
  if (/^examples?|^e\.g/i.test(name)) {
    for (const one of text.split(piece.words.includes('|') || text.length > 200 ? /;\s*/ : /[,;]\s+/))
      notes.add('severity-example', piece, { severity, text: one.trim().slice(0, 500) })
    return
  }
  // "Within 15 minutes" says when somebody is told first; only "every" or a column of rhythms is a rhythm.
  const rhythm =
    /update|cadence|frequency|interval/i.test(name) && !/\bwithin\b/i.test(text) ? limitIn(text) : null
  const every = everyIn(text) ?? rhythm
  if (every !== null && /update|cadence|communicat|frequency|interval/i.test(name)) {
    const audience = /custom|extern|public|status page|client/i.test(`${name} ${text}`)
      ? 'customers'
      : 'internal'
    const id = notes.id('cadence', `${audience}-${severity}`)
    notes.add('cadence', piece, { id, audience, label: name, length: every, severities: [severity] }, [over])
    return
  }
  if (/escalat/i.test(name)) {
    const to = positionsIn(text).map((position) => notes.contact(position, piece))
    if (to.length > 0) {
      const path = `severity-${severity.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
      notes.add(
        'escalation',
        piece,
        {
          path,
          pathLabel: `${name}, ${severity}`,
          id: notes.id(`step:${path}`, text),
          label: text.slice(0, 300),
          to,
          after: afterIn(text),
          severities: [severity],
          condition: text.slice(0, 400),
        },
        [over],
      )
      return
    }
  }
  if (/acknowledg|\back\b|\bmtta\b/i.test(name)) {
    clock('acknowledged')
    return
  }
  if (/resol|\bfix|restor|\bmttr\b|recover|target time|completion/i.test(name) && !/respon/i.test(name)) {
    clock('resolved')
    return
  }
  if (/mitigat|workaround|contain/i.test(name)) {
    clock('mitigated')
    return
  }
  if (
    /respon|\bsla\b|reaction|initial|turnaround|time|urgency|engage/i.test(name) &&
    !/responsib|responders?$/i.test(name)
  ) {
    const answer = answerIn(text)
    if (answer !== null) {
      notes.add('response-time', piece, { severity, answer })
      const always = alwaysIn(text)
      if (always !== null) notes.add('coverage', piece, { severities: [severity], always, text })
      return
    }
  }
  const always = alwaysIn(text)
  if (always !== null && (/cover|hours|avail|support|on-?call/i.test(name) || text.length < 30)) {
    notes.add('coverage', piece, { severities: [severity], always, text: text.slice(0, 500) })
    return
  }
  if (/notif|page\b|paging|who|alert|inform|contact/i.test(name)) {
    const ticket = /\bticket\b|issue tracker|\bbacklog\b/i.test(text) && positionsIn(text).length === 0
    const to = positionsIn(text).map((position) => notes.contact(position, piece))
    if (to.length > 0 || ticket) {
      notes.add('notice', piece, {
        id: notes.id('notice', `${severity}-${name}`),
        label: text.slice(0, 200),
        to,
        ticket,
        severities: [severity],
        ways: waysIn(text),
      })
      return
    }
  }
  if (/post-?mortem|retrospective|\brca\b|\bpir\b|incident review/i.test(name)) {
    if (/^(?:yes|required|mandatory|always|✅|✓)/i.test(text))
      notes.add('review-owed', piece, { severities: [severity] })
    const length = limitIn(text)
    if (length !== null)
      notes.add(
        'deadline',
        piece,
        {
          id: notes.id('deadline', `${name}-${severity}`),
          label: name,
          length,
          severities: [severity],
        },
        [over],
      )
    if (/^(?:yes|required|mandatory|always|✅|✓|no\b|optional)/i.test(text) || length !== null) return
  }
  // A label that is none of these still says what the severity is.
  const plain =
    /^(?:|definition|description|meaning|criteria|what|details?|impact|symptoms?|when|characteristics|indicators)$/i.test(
      name,
    )
  notes.add(
    'severity-meaning',
    piece,
    { severity, text: (plain ? text : `${name}: ${text}`).slice(0, 500) },
    plain ? [] : [over],
  )
  if (plain && name === '' && lengthsIn(text).length > 0 && /respon|acknowledg/i.test(text)) {
    const answer = answerIn(text)
    if (answer !== null && !/acknowledg/i.test(text)) notes.add('response-time', piece, { severity, answer })
  }

  function clock(until: 'acknowledged' | 'mitigated' | 'resolved'): void {
    const length = limitIn(text)
    if (length === null)
      notes.add('severity-meaning', piece, { severity, text: `${name}: ${text}`.slice(0, 500) }, [over])
    else
      notes.add(
        'clock',
        piece,
        {
          id: notes.id('clock', `${until}-${severity}`),
          label: name,
          until,
          length,
          severities: [severity],
        },
        [over],
      )
  }
}

/** How somebody is reached, by the words that say so. */
export function waysIn(text: string): ('phone' | 'sms' | 'page' | 'email' | 'chat' | 'any')[] {
  const ways: ('phone' | 'sms' | 'page' | 'email' | 'chat')[] = []
  if (/\bpag(?:e|er|ing)\b/i.test(text)) ways.push('page')
  if (/\bphone|\bcall\b(?!-)/i.test(text.replace(/on-call/gi, ''))) ways.push('phone')
  if (/\bsms\b|\btext message/i.test(text)) ways.push('sms')
  if (/\be-?mail/i.test(text)) ways.push('email')
  if (/\bslack\b|\bchat\b|\bteams channel/i.test(text)) ways.push('chat')
  return ways
}
