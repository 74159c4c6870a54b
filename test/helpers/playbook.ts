import type {
  Cadence,
  Checklist,
  ClockRule,
  Figure,
  Moment,
  Phase,
  Playbook,
  PostIncidentDeadline,
  ResponseTarget,
  Role,
  Severity,
} from '../../shared/playbook/model.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

export const stated = (ms: number): Figure => ({ kind: 'stated', ms })
export const assumed = (ms: number, why = 'nothing better is known'): Figure => ({ kind: 'assumed', ms, why })
export const unset: Figure = { kind: 'unset' }

export const within = (ms: number): ResponseTarget => ({
  kind: 'within',
  target: stated(ms),
  bound: 'inclusive',
})
export const under = (ms: number): ResponseTarget => ({
  kind: 'within',
  target: stated(ms),
  bound: 'exclusive',
})

export function severity(key: string, rank: number, response: ResponseTarget): Severity {
  return { key, rank, name: `Level ${rank}`, definition: [], examples: [], response, src: [] }
}

export function clock(id: string, from: Moment, until: Moment | 'elapsed', target: Figure): ClockRule {
  return { id, label: id, from, until, target, bound: 'inclusive', basis: 'stated', src: [] }
}

export function cadence(id: string, audience: string, every: Figure): Cadence {
  return { id, audience, label: id, every, soft: false, orOnNews: false, src: [] }
}

export function phase(id: string, order: number, window: Phase['window']): Phase {
  return { id, name: id, order, window, base: 'alert_fired', src: [] }
}

export function owed(id: string, within: Figure): PostIncidentDeadline {
  return { id, label: id, within, from: 'resolved', src: [] }
}

export function role(id: string, kind: Role['kind']): Role {
  return { id, kind, name: id.toUpperCase(), short: id, duties: [], basis: 'stated', src: [] }
}

export function checklist(id: string, ...items: string[]): Checklist {
  return {
    id,
    title: id,
    ordered: false,
    items: items.map((name) => ({
      id: `${id}/${name}`,
      text: `Do ${name}`,
      optional: false,
      children: [],
      src: [],
    })),
    src: [],
  }
}

/** A playbook with nothing in it but what every playbook has; parts are put in by name. */
export function barePlaybook(parts: Partial<Playbook> = {}): Playbook {
  return {
    id: 'bare',
    product: 'Bare',
    title: 'Bare',
    purpose: 'For tests.',
    version: 1,
    severities: [severity('HIGH', 1, { kind: 'unset' }), severity('LOW', 2, { kind: 'unset' })],
    response: { from: 'alert_fired', until: 'first_action', basis: 'assumed', why: 'for tests' },
    clocks: [],
    cadences: [],
    phases: [],
    checklists: [],
    roles: [role('ic', 'commander'), role('scribe', 'scribe')],
    flags: [],
    sections: [],
    statusLabels: {},
    postIncident: [],
    notStated: [],
    src: [],
    ...parts,
  }
}

/** One of everything: every form of target, clock, cadence, phase and deadline that a playbook can state. */
export function fullPlaybook(parts: Partial<Playbook> = {}): Playbook {
  const first = checklist('first', 'look', 'tell', 'stop')
  const tell = first.items[1]
  if (tell !== undefined) tell.children = checklist('first', 'tell-team', 'tell-users').items
  return barePlaybook({
    id: 'full',
    product: 'Full',
    severities: [
      severity('S1', 1, within(15 * minute)),
      severity('S2', 2, under(30 * minute)),
      severity('S3', 3, { kind: 'within', target: assumed(2 * hour), bound: 'inclusive' }),
      severity('S4', 4, { kind: 'next-business-day', by: 'end', basis: 'assumed', why: 'least strict' }),
      severity('S5', 5, { kind: 'scheduled' }),
      severity('S6', 6, { kind: 'unset' }),
    ],
    clocks: [
      clock('ack', 'alert_fired', 'acknowledged', stated(5 * minute)),
      { ...clock('ack-under', 'alert_fired', 'acknowledged', stated(5 * minute)), bound: 'exclusive' },
      clock('lead', 'declared', 'commander_set', unset),
      {
        ...clock('restore', 'impact_began', 'resolved', stated(4 * hour)),
        when: { kind: 'flag', id: 'down' },
      },
      clock('watch', 'fix_deployed', 'elapsed', stated(15 * minute)),
    ],
    cadences: [
      {
        ...cadence('team', 'internal', stated(30 * minute)),
        when: { kind: 'status', statuses: ['mitigating'] },
      },
      {
        ...cadence('customers', 'customers', stated(hour)),
        when: { kind: 'severity', keys: ['S1'] },
        soft: true,
      },
      cadence('public', 'public', unset),
    ],
    phases: [
      phase('detect', 1, { kind: 'window', fromMs: 0, toMs: 15 * minute }),
      phase('talk', 2, { kind: 'immediate' }),
      phase('contain', 3, { kind: 'window', fromMs: 15 * minute, toMs: hour }),
      phase('learn', 4, { kind: 'window', fromMs: hour, toMs: null }),
    ],
    checklists: [first, checklist('second', 'alpha', 'beta')],
    roles: [role('ic', 'commander'), role('scribe', 'scribe'), role('comms', 'communications')],
    flags: [
      { id: 'down', question: 'Is it down?', src: [] },
      { id: 'data', question: 'Is data lost?', src: [] },
    ],
    postIncident: [
      owed('report', stated(day)),
      { ...owed('review', stated(5 * day)), when: { kind: 'severity', keys: ['S1', 'S2'] } },
      owed('notes', unset),
    ],
    ...parts,
  })
}
