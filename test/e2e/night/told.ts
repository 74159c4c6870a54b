/** What an export has to tell of the night, and how it is read back. */

/** A row of the timeline as it stands in the file, without its times: they are checked on their own. */
export interface Told {
  /** When it happened and when it was recorded, ms; the same where the file names one time. */
  at: number
  recorded: number
  offline: boolean
  /** Words and everything below them, one line; numbers of entries are `#`. */
  text: string
}

const stamp = String.raw`(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC`
const head = new RegExp(`^- ${stamp}(?: \\(([^)]*)\\))?: (.*)$`)
const ms = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`)

/** The timeline of an exported incident, row by row. */
export function told(markdown: string): Told[] {
  const rows: Told[] = []
  const [, timeline = ''] = markdown.split('\n## Timeline\n')
  for (const line of timeline.split('\n')) {
    const [, at, notes = '', text] = head.exec(line) ?? []
    if (at !== undefined && text !== undefined) {
      const recorded = new RegExp(`recorded ${stamp}`).exec(notes)?.[1] ?? at
      const plain = text.replace(/\b(chat|event|action|decision|finding|pinned as|to \w+) \d+/g, '$1 #')
      rows.push({
        at: ms(at),
        recorded: ms(recorded),
        offline: notes.startsWith('made offline'),
        text: plain,
      })
      continue
    }
    const last = rows.at(-1)
    if (last !== undefined && line.trim() !== '') last.text += ` ${line.trim()}`
  }
  return rows
}

/** The minute of the night at which it happened, and what the file says of it, in the file's order. */
export const coordination: readonly (readonly [minute: number, text: string])[] = [
  [
    0,
    'Priya Nair declared the incident “Agent coordination down, coalitions time out”, severity SEV-2 Major, which ticked “Judge how severe it is”',
  ],
  [0, 'Time to call On-call engineer: “L1, the on-call engineer” of “Levels since the alert”'],
  [2, 'event #, said by Ravi Shah, recorded by Lena Brandt > Coordinator 2 is stuck'],
  [2, 'Lena Brandt acknowledged, which ticked “On-call has acknowledged it” and “Alert acknowledged”'],
  [2, 'Priya Nair took Incident Commander, which ticked “Someone is Incident Commander”'],
  [2, 'Lena Brandt took Scribe'],
  [2, 'Tomás Rivera took Technical Lead'],
  [2, 'Maya Okafor took Communications Lead'],
  [3, 'action #, Lena Brandt > Restarted the API. No change.'],
  [4, 'event #, said by Sam Koch, recorded by Lena Brandt > So is coordinator 5'],
  [4, 'Priya Nair ticked “Severity and impact judged”'],
  [4, 'Priya Nair answered “Do customers notice it?” with yes (was “not known”)'],
  [4, 'Priya Nair answered “Is it a security breach?” with no (was “not known”)'],
  [4, 'Priya Nair answered “Was there a deploy shortly before?” with yes (was “not known”)'],
  [4, 'Tomás Rivera ticked “Monitoring tools open and being read”'],
  [4, 'Priya Nair gave “Think about rolling back” to Tomás Rivera'],
  [
    6,
    'finding #, Tomás Rivera > Release 4.18.0 went out at 02:52, eight minutes before the first lock timeout.',
  ],
  [
    6,
    'Priya Nair changed the severity from SEV-2 to SEV-1 Critical: 212 of 214 workspaces cannot start a run',
  ],
  [8, 'chat #, Tomás Rivera, pinned as # > Redis is at 95 % of its memory, the lock keys have no expiry'],
  [
    8,
    'finding #, Tomás Rivera, pinned from chat # by Lena Brandt > Redis is at 95 % of its memory, the lock keys have no expiry',
  ],
  [8, 'chat #, Maya Okafor > @Lena Brandt 31 tickets so far'],
  [
    8,
    'decision #, Priya Nair > Roll back to 4.17.3. Do not flush Redis. - Reason: a flush drops 1,140 waiting runs',
  ],
  [8, 'Priya Nair changed the status from Investigating to Mitigating: The release is the likely cause'],
  [11, 'action #, Tomás Rivera > Rollback started, one coordinator at a time.'],
  [11, 'Tomás Rivera ticked “Resource use checked”'],
  [11, 'chat #, Maya Okafor > Support has the words for customers'],
  [12, 'Priya Nair ticked “Recent deploys and changes looked at”'],
  [16, 'Immediate actions window: elapsed, ended …'],
  [
    16,
    'Time to call Team lead and the domain expert: “L2, the team lead and the domain expert” of “Levels since the alert”, since …',
  ],
  [24, 'Tomás Rivera ticked “Think about rolling back”'],
  [
    26,
    'Priya Nair offered Incident Commander to Maya Okafor, to hand over: Rollback done on 2 of 6. Customers wait for word.',
  ],
  [26, 'Maya Okafor accepted Incident Commander from Priya Nair, having read the hand-over'],
  [27, 'communication to internal #, Maya Okafor > Rollback is on 2 of 6 coordinators, no data is lost.'],
  [
    27,
    'communication to customers #, Maya Okafor > New multi-agent runs fail. We are rolling back a release.',
  ],
  [
    31,
    'Time to call VP Engineering or CTO, whoever can be reached: “L3, VP Engineering or the CTO” of “Levels since the alert”, since …',
  ],
  [31, 'Maya Okafor ticked “Metrics are going back to normal”'],
  [31, 'Maya Okafor ticked “Synthetic monitoring agrees”'],
  [31, 'Maya Okafor ticked “The journeys that matter most work”'],
  [
    31,
    'Maya Okafor changed the status from Mitigating to Resolved: All six coordinators form coalitions. Verified by Maya Okafor, although 2 things were not done (Status page brought up to date; Watch after the fix): Six of six are calm, we watch on',
  ],
  [
    31,
    'Maya Okafor closed the incident: Watched, and quiet, although 4 things were not done (First incident report; Post-mortem drafted; Review meeting held; Action items assigned, each with a deadline): The review is on Monday',
  ],
]

export const payments: typeof coordination = [
  [
    16,
    'Tomás Rivera declared the incident “Card payments fail for EU customers”, severity P1 High, which ticked “Severity set, P0 to P3”',
  ],
  [
    16,
    'Time to call the primary on call of the paged team: “Primary on-call, who has 5 minutes” of “When nobody answers”',
  ],
  [
    22.5,
    'Time to call the secondary on call of the paged team: “Secondary on-call, who has until minute 10” of “When nobody answers”, since …',
  ],
  [22.5, 'Acknowledge: missed, was due …'],
  [23, 'Maya Okafor acknowledged'],
  [23, 'Acknowledge: late by …'],
  [23, 'Tomás Rivera took Incident Commander'],
  [23, 'Tomás Rivera answered “Is it a security incident?” with no (was “not known”)'],
  [23, 'Tomás Rivera ticked “It is real and no false positive”'],
  [
    23,
    'decision #, Tomás Rivera > Send EU cards through the second acquirer. - Reason: the first one refuses them all',
  ],
  [27, 'communication to public #, Tomás Rivera > EU card payments go through another bank and work again.'],
  [
    31,
    'Tomás Rivera ticked “Watch until it has cleared”, out of order: before “Find the root cause” and 2 more',
  ],
  [
    31,
    'Tomás Rivera ticked “Ask affected users whether it is over”, out of order: before “Find the root cause” and 2 more',
  ],
  [
    31,
    'Tomás Rivera changed the status from Investigating to Resolved: Payments go through. Verified by Tomás Rivera',
  ],
  [
    31,
    'Tomás Rivera closed the incident: The second acquirer stays for now, although 2 things were not done (Incident report written; Blameless post-mortem meeting): The review is on Monday',
  ],
]

/** What has a time or a length of its own within the sentence: that part is checked apart. */
export const shortened = (text: string) => text.replace(/(ended|was due|late by|, since) .*$/, '$1 …')
