import fc from 'fast-check'
import { closings, reopenings } from '../../shared/incident/commands/ending.ts'
import type { RoomCommandType } from '../../shared/incident/commands/registry.ts'
import { entryKinds, flagValues, linkKinds, settableTimes } from '../../shared/incident/events.ts'
import type { Figure, Playbook } from '../../shared/playbook/model.ts'
import type { PlanCondition } from '../../shared/playbook/plan-conditions.ts'
import {
  assumed,
  cadence,
  clock,
  escalationPath,
  fullPlaybook,
  hour,
  minute,
  owed,
  phase,
  severity,
  unset,
} from './playbook.ts'

/** One command of a random history: who, how much later, and what. Refs and times are filled in when it is given. */
export interface Step {
  afterMs: number
  by: 'kim' | 'lee' | 'ada' | 'robot' | 'muster'
  type: RoomCommandType
  data: Record<string, unknown>
  /** Which earlier event a `ref` means: counted back from the newest that fits. */
  back: number
}

const figure: fc.Arbitrary<Figure> = fc.oneof(
  fc.constant(unset),
  fc.integer({ min: 1, max: 90 * minute }).map((ms): Figure => ({ kind: 'stated', ms })),
  fc.integer({ min: 1, max: 3 * hour }).map((ms) => assumed(ms)),
)
const bound = fc.constantFrom('inclusive' as const, 'exclusive' as const)
const from = fc.constantFrom(
  'alert_fired' as const,
  'detected' as const,
  'impact_began' as const,
  'declared' as const,
)
const until = fc.constantFrom(
  'acknowledged' as const,
  'first_action' as const,
  'commander_set' as const,
  'mitigated' as const,
  'resolved' as const,
)

const unacknowledged: PlanCondition = { kind: 'is', condition: { kind: 'acknowledged', is: false } }
const sinceAlert = (figure: Figure = unset): PlanCondition => ({
  kind: 'since',
  base: { kind: 'moment', moment: 'alert_fired' },
  figure,
  bound: 'gte',
})
const held = (figure: Figure = unset): PlanCondition => ({ kind: 'held', flag: 'down', figure, bound: 'gt' })

/** Playbooks with random figures and bounds in every place that has one. */
export const anyPlaybook: fc.Arbitrary<Playbook> = fc
  .record({
    targets: fc.array(fc.record({ figure, bound }), { minLength: 3, maxLength: 3 }),
    clocks: fc.array(fc.record({ figure, bound, from, until }), { maxLength: 4 }),
    watch: figure,
    every: fc.array(figure, { minLength: 2, maxLength: 2 }),
    ends: fc.array(fc.integer({ min: 1, max: 3 * hour }), { maxLength: 3 }),
    owes: figure,
    waits: fc.array(figure, { minLength: 4, maxLength: 4 }),
    response: fc.record({ from, until }),
  })
  .map((given) =>
    fullPlaybook({
      severities: [
        ...given.targets.map(({ figure: target, bound }, i) =>
          severity(`S${i + 1}`, i + 1, { kind: 'within', target, bound }),
        ),
        severity('S4', 4, { kind: 'scheduled' }),
        severity('S5', 5, { kind: 'next-business-day', by: 'end', basis: 'stated' }),
      ],
      response: { ...given.response, basis: 'assumed' },
      clocks: [
        ...given.clocks.map((c, i) => ({ ...clock(`c${i}`, c.from, c.until, c.figure), bound: c.bound })),
        clock('watch', 'fix_deployed', 'elapsed', given.watch),
      ],
      cadences: [
        cadence('team', 'internal', given.every[0] ?? unset),
        {
          ...cadence('out', 'customers', given.every[1] ?? unset),
          when: { kind: 'status', statuses: ['mitigating', 'monitoring'] },
        },
      ],
      phases: given.ends
        .toSorted((a, b) => a - b)
        .map((toMs, i) => phase(`p${i}`, i + 1, { kind: 'window', fromMs: 0, toMs })),
      postIncident: [owed('report', given.owes)],
      escalation: {
        paths: [
          escalationPath('help', false, ['ask', { kind: 'manual' }], ['lead', { kind: 'manual' }]),
          escalationPath(
            'auto',
            false,
            ['one', sinceAlert(given.waits[0])],
            ['two', { kind: 'all', of: [unacknowledged, sinceAlert(given.waits[1])] }],
          ),
          escalationPath(
            'chain',
            true,
            [
              'one',
              {
                kind: 'any',
                of: [{ kind: 'is', condition: { kind: 'flag', id: 'data' } }, held(given.waits[2])],
              },
            ],
            [
              'two',
              { kind: 'since', base: { kind: 'previous' }, figure: given.waits[3] ?? unset, bound: 'gt' },
            ],
          ),
        ],
      },
    }),
  )

const text = fc.constantFrom('a', 'It is down', '😀 wide', '| row |')
const reason = fc.constantFrom('because', 'it is so')
const task = fc.constantFrom(
  'first/look',
  'first/tell',
  'first/tell-team',
  'second/alpha',
  'first/again',
  'run/restart/now/stop',
  'run/restart/if.full/free',
  'drill/one',
  'added/1',
  'added/2',
)
const role = fc.constantFrom('ic', 'scribe', 'comms')
const status = fc.constantFrom('investigating', 'mitigating', 'monitoring', 'resolved')
const kind = fc.constantFrom(...entryKinds)

const stepOfPlan = fc.constantFrom(
  { path: 'help', step: 'ask' },
  { path: 'help', step: 'lead' },
  { path: 'auto', step: 'one' },
  { path: 'auto', step: 'two' },
  { path: 'chain', step: 'one' },
  { path: 'chain', step: 'two' },
)
const reasonedStep = fc.tuple(stepOfPlan, reason).map(([step, because]) => ({ ...step, reason: because }))

const datas: Record<RoomCommandType, fc.Arbitrary<Record<string, unknown>>> = {
  'incident.acknowledge': fc.constant({}),
  'incident.respond': fc.constant({}),
  'incident.close': fc.record(
    { reason, as: fc.constantFrom(...closings), of: fc.constantFrom('M4XT', 'QQQQ'), override: reason },
    { requiredKeys: ['reason'] },
  ),
  'incident.reopen': fc.record({ reason, as: fc.constantFrom(...reopenings) }, { requiredKeys: ['reason'] }),
  'incident.link': fc.record({
    other: fc.constantFrom('M4XT', 'P9QZ'),
    how: fc.constantFrom(...linkKinds),
  }),
  'incident.unlink': fc.record({ other: fc.constantFrom('M4XT', 'P9QZ') }),
  'title.set': fc.record({ title: text }),
  'severity.set': fc.record({ to: fc.constantFrom('S1', 'S2', 'S3', 'S4', 'S5'), reason }),
  'status.set': fc.record(
    { to: status, reason, cause: reason, override: reason },
    { requiredKeys: ['to', 'reason'] },
  ),
  'escalation.press': reasonedStep,
  'escalation.hold': reasonedStep,
  'escalation.let-go': stepOfPlan,
  'escalation.skip': reasonedStep,
  'responder.name': fc.constant({ position: 'first' }),
  'deadline.meet': fc.constant({ deadline: 'after/report' }),
  'role.take': fc.record({ role }),
  'role.request': fc.record({ role }),
  'role.offer': fc.record({ role, to: fc.constantFrom('kim', 'lee', 'ada') }),
  'role.accept': fc.record({ role }),
  'role.decline': fc.record({ role }),
  'role.release': fc.record({ role }),
  'task.tick': fc.record({ task }),
  'task.untick': fc.record({ task }),
  'task.not-applicable': fc.record({ task, reason }),
  'task.assign': fc.record({ task, to: fc.constantFrom(null, { kind: 'person', id: 'lee' }) }),
  'task.add': fc.record({ checklist: fc.constantFrom('first', 'second'), text }),
  'task.reword': fc.record({ task, text }),
  'task.move': fc.record({ task, after: fc.option(task) }),
  'task.outcome': fc.record({ task, text }),
  'task.time': fc.record({
    task,
    ms: fc.constantFrom(null, minute, 10 * minute, hour),
    repeats: fc.boolean(),
  }),
  'fix.regress': fc.record({ reason }),
  'phase.enter': fc.record({ phase: fc.constantFrom('p0', 'p1') }),
  'phase.leave': fc.record({ phase: fc.constantFrom('p0', 'p1') }),
  'procedure.start': fc.record({ procedure: fc.constant('drill'), inputs: fc.record({ cause: text }) }),
  'procedure.end': fc.record({ procedure: fc.constant('drill'), result: fc.constantFrom('yes', 'no') }),
  'runbook.attach': fc.record({ runbook: fc.constantFrom('restart', 'empty') }),
  'runbook.detach': fc.record({ runbook: fc.constantFrom('restart', 'empty'), reason }),
  'runbook.find': fc.record({
    runbook: fc.constant('restart'),
    branch: fc.constantFrom('full', 'other'),
    taken: fc.boolean(),
  }),
  'command.note': fc.record({
    command: fc.constant('C1'),
    text,
    how: fc.constantFrom('copied', 'run'),
    outcome: text,
  }),
  'follow-up.add': fc.record({ text }),
  'chat.send': fc.record({ text }),
  'chat.edit': fc.record({ text }),
  'chat.delete': fc.constant({}),
  'entry.add': fc.oneof(
    fc.record({ kind, text, reason }),
    fc.record({
      kind: fc.constant('communication'),
      text,
      audience: fc.constantFrom('internal', 'customers'),
    }),
  ),
  'entry.add-thread': fc.record({
    kind,
    lines: fc.array(
      fc.record({ text, saidBy: fc.record({ name: text, person: fc.constantFrom('lee', 'nobody') }) }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  'entry.pin': fc.record({ kind, reason }),
  'entry.amend': fc.record({ text }),
  'entry.strike': fc.record({ reason }),
  'component.add': fc.record({ name: text }),
  'component.remove': fc.record({ name: text }),
  'flag.set': fc.record({ flag: fc.constantFrom('down', 'data'), value: fc.constantFrom(...flagValues) }),
  'triage.answer': fc.oneof(
    fc.record({ about: fc.constant('dimension/users'), value: fc.constantFrom('One', 'All', null) }),
    fc.record({ about: fc.constant('type'), value: fc.constantFrom('outage', null) }),
    fc.record({ about: fc.constant('question/who'), value: fc.option(text) }),
  ),
  'time.set': fc.record({ time: fc.constantFrom(...settableTimes), reason }),
  'bridge.set': fc.record({ url: fc.constantFrom('https://meet.example.org/a', 'tel:+49301234') }),
  'bridge.remove': fc.constant({}),
  'playbook.adopt': fc.record({ hash: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)) }),
  'clock.look': fc.constant({}),
  'presence.note': fc.record({
    person: fc.constantFrom('kim', 'lee'),
    change: fc.constantFrom('joined', 'left'),
  }),
}

export const anyStep: fc.Arbitrary<Step> = fc.constantFrom(...Object.entries(datas)).chain(([type, data]) =>
  fc.record({
    // Mostly close together, sometimes hours apart, sometimes by a clock that stands behind.
    afterMs: fc.oneof(fc.integer({ min: -2_000, max: 20 * minute }), fc.integer({ min: 0, max: 30 * hour })),
    by: fc.constantFrom('kim', 'lee', 'ada', 'robot', 'muster'),
    type: fc.constant(type as RoomCommandType),
    data,
    back: fc.nat({ max: 3 }),
  }),
)
