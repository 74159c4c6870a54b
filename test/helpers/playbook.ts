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
import type { EscalationPath } from '../../shared/playbook/parts/escalation.ts'
import { noParts } from '../../shared/playbook/parts/index.ts'
import type { Contact } from '../../shared/playbook/parts/people.ts'
import type { Command, Runbook, RunbookStep } from '../../shared/playbook/parts/runbooks.ts'
import type { PlanCondition } from '../../shared/playbook/plan-conditions.ts'

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

export function contact(id: string): Contact {
  return { id, position: `The ${id}`, kind: 'person', ways: [], src: [] }
}

/** Steps with an id and when each is due; every one calls the contact `lead`. */
export function escalationPath(
  id: string,
  sequential: boolean,
  ...steps: readonly [id: string, when: PlanCondition][]
): EscalationPath {
  return {
    id,
    label: id,
    sequential,
    steps: steps.map(([step, when]) => ({
      id: step,
      label: `Step ${step}`,
      to: [{ contact: 'lead' }],
      all: false,
      when,
      via: [],
      src: [],
    })),
    src: [],
  }
}

/** A procedure with something that goes in and a choice that comes out. */
export function drill(): Checklist {
  return {
    ...checklist('drill', 'one', 'two'),
    ordered: true,
    procedure: {
      inputs: [
        { id: 'key', label: 'The incident', from: 'key' },
        { id: 'cause', label: 'The cause' },
      ],
      result: { label: 'Did it work?', choices: ['yes', 'no'] },
    },
  }
}

export function command(id: string, text: string): Command {
  return { id, purpose: `Purpose of ${id}`, effect: 'change', text, params: [], src: [] }
}

const step = (id: string, more: Partial<RunbookStep> = {}): RunbookStep => ({
  id,
  text: `Do ${id}`,
  optional: false,
  commands: [],
  src: [],
  ...more,
})

/** One runbook with every part there is, and one that is named and not written. */
export function runbooks(): Runbook[] {
  const nothing = { symptoms: [], parts: [], branches: [], prevention: [], notes: [], src: [] }
  return [
    {
      ...nothing,
      id: 'restart',
      title: 'Restart the shop',
      state: 'written',
      symptoms: [{ id: 's', text: 'Checkout hangs', src: [] }],
      parts: [
        {
          id: 'now',
          title: 'At once',
          kind: 'immediate',
          ordered: true,
          steps: [step('stop', { commands: ['C1'], remove: 'Start it again' }), step('look')],
          src: [],
        },
        { id: 'later', title: 'Later', kind: 'short-term', ordered: false, steps: [step('alert')], src: [] },
      ],
      branches: [
        { id: 'full', finding: 'It is full', steps: [step('free')], src: [] },
        { id: 'other', finding: 'It is something else', steps: [step('ask')], src: [] },
      ],
      prevention: [{ id: 'limit', text: 'Set a limit', src: [] }],
    },
    { ...nothing, id: 'empty', title: 'Not written', state: 'stub' },
  ]
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
    ...noParts,
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
    checklists: [first, checklist('second', 'alpha', 'beta'), drill()],
    runbooks: runbooks(),
    commands: [command('C1', 'systemctl restart shop')],
    roles: [role('ic', 'commander'), role('scribe', 'scribe'), role('comms', 'communications')],
    flags: [
      { id: 'down', question: 'Is it down?', src: [] },
      { id: 'data', question: 'Is data lost?', src: [] },
    ],
    ladders: [{ id: 'loss', label: 'How far it goes', flags: ['down', 'data'], src: [] }],
    classification: {
      questions: [{ id: 'who', text: 'Who is hit?', options: [], src: [] }],
      dimensions: [
        {
          id: 'users',
          label: 'How many users',
          values: ['One', 'All'],
          map: { One: 'S3', All: 'S1' },
          src: [],
        },
        { id: 'feel', label: 'What users feel', values: ['Little', 'Much'], src: [] },
      ],
      types: [{ id: 'outage', label: 'Outage', severity: 'S2', src: [] }],
    },
    contacts: [contact('first'), contact('lead')],
    escalation: {
      paths: [escalationPath('help', false, ['ask', { kind: 'manual' }], ['lead', { kind: 'manual' }])],
      matrix: {
        label: 'By who answered first',
        advance: { kind: 'manual' },
        rows: [{ first: 'first', label: 'First', cells: { S1: [{ contact: 'lead' }] }, src: [] }],
        src: [],
      },
    },
    postIncident: [
      owed('report', stated(day)),
      { ...owed('review', stated(5 * day)), when: { kind: 'severity', keys: ['S1', 'S2'] } },
      owed('notes', unset),
    ],
    ...parts,
  })
}
