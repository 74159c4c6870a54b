import { boundAudience } from './binding-form.ts'
import type { Playbook } from './model.ts'
import { checkParts } from './parts/checks.ts'
import type { Path, Report } from './problems.ts'
import type { PlaybookForm } from './schema.ts'

/** What must hold between the parts of a playbook; paths are those of the file. */
export function crossCheck(form: PlaybookForm, playbook: Playbook, report: Report): void {
  checkUnique(form, report)
  checkReserved(form, report)
  checkRanks(form, report)
  checkRoles(form, report)
  checkPhases(form, playbook, report)
  checkReferences(form, report)
  checkReasons(form, report)
  checkCalendars(playbook, report)
  checkParts(
    playbook,
    {
      severities: new Set(form.severities.map((severity) => severity.key)),
      flags: new Set(form.flags.map((flag) => flag.id)),
      roles: new Set(form.roles.map((role) => role.id)),
      clocks: new Set(form.clocks.map((clock) => clock.id)),
      checklists: new Set(form.checklists.map((checklist) => checklist.id)),
      items: new Set(
        playbook.checklists.flatMap((checklist) =>
          checklist.items.flatMap((item) => [item.id, ...item.children.map((child) => child.id)]),
        ),
      ),
    },
    report,
  )
}

function checkUnique(form: PlaybookForm, report: Report): void {
  unique(
    form.severities.map((severity) => severity.key),
    (i) => ['severities', i, 'key'],
    report,
  )
  const lists = [
    'clocks',
    'cadences',
    'phases',
    'checklists',
    'roles',
    'flags',
    'sections',
    'postIncident',
  ] as const
  for (const name of lists) {
    unique(
      form[name].map((entry) => entry.id),
      (i) => [name, i, 'id'],
      report,
    )
  }
  for (const [i, checklist] of form.checklists.entries()) {
    const places = itemsOf(checklist.items, ['checklists', i, 'items'])
    unique(
      places.map((place) => place.item.id),
      (at) => [...(places[at]?.path ?? []), 'id'],
      report,
    )
  }
}

/** Names that mean something else where an incident keeps its state by id. */
function checkReserved(form: PlaybookForm, report: Report): void {
  const inherited = 'constructor'
  for (const [i, { id }] of form.clocks.entries())
    if (id === 'response' || id === inherited)
      report(['clocks', i, 'id'], `"${id}" is reserved`, 'another id')
  for (const name of ['roles', 'flags'] as const)
    for (const [i, { id }] of form[name].entries())
      if (id === inherited) report([name, i, 'id'], `"${id}" is reserved`, 'another id')
  for (const [i, { audience }] of form.cadences.entries())
    if (audience === inherited)
      report(['cadences', i, 'audience'], `"${audience}" is reserved`, 'another name')
}

function unique(ids: string[], pathOf: (index: number) => Path, report: Report): void {
  const seen = new Set<string>()
  for (const [i, id] of ids.entries()) {
    if (seen.has(id)) report(pathOf(i), `"${id}" is used twice`, 'an id that is used once')
    seen.add(id)
  }
}

function checkRanks(form: PlaybookForm, report: Report): void {
  const count = form.severities.length
  const seen = new Set<number>()
  for (const [i, severity] of form.severities.entries()) {
    if (severity.rank < 1 || severity.rank > count || seen.has(severity.rank))
      report(
        ['severities', i, 'rank'],
        `rank ${severity.rank} does not fit`,
        `each of 1 to ${count} once, 1 the worst`,
      )
    seen.add(severity.rank)
  }
}

function checkRoles(form: PlaybookForm, report: Report): void {
  for (const kind of ['commander', 'scribe'] as const) {
    const places = form.roles.flatMap((role, i) => (role.kind === kind ? [i] : []))
    if (places.length === 0) report(['roles'], `no role is the ${kind}`, `exactly one role of kind ${kind}`)
    for (const i of places.slice(1))
      report(['roles', i, 'kind'], `a second ${kind}`, `exactly one role of kind ${kind}`)
  }
}

function checkPhases(form: PlaybookForm, playbook: Playbook, report: Report): void {
  const begun = new Map<string, number>()
  for (const [i, phase] of playbook.phases.entries()) {
    if (phase.order !== i + 1)
      report(
        ['phases', i, 'order'],
        `order ${phase.order} at place ${i + 1}`,
        'phases written in order, counted from 1',
      )
    if (phase.window.kind !== 'window') continue
    const before = begun.get(phase.base)
    if (before !== undefined && phase.window.fromMs < before)
      report(
        ['phases', i, 'window'],
        'the phase begins before the one above it',
        'windows in the order of the phases',
      )
    begun.set(phase.base, phase.window.fromMs)
  }
  const phases = new Set(form.phases.map((phase) => phase.id))
  for (const [i, checklist] of form.checklists.entries()) {
    if (checklist.phase !== undefined && !phases.has(checklist.phase))
      report(['checklists', i, 'phase'], `unknown phase "${checklist.phase}"`, known(phases, 'phase'))
  }
}

function checkReferences(form: PlaybookForm, report: Report): void {
  const clocks = new Set(form.clocks.map((clock) => clock.id))
  const cadences = new Set(form.cadences.map((cadence) => cadence.id))
  const commands = new Set(form.commands.map((command) => command.id))
  const audiences = new Set(['internal', ...form.cadences.map((cadence) => cadence.audience)])
  for (const [i, checklist] of form.checklists.entries()) {
    for (const { item, path } of itemsOf(checklist.items, ['checklists', i, 'items'])) {
      if (item.clock !== undefined && !clocks.has(item.clock))
        report([...path, 'clock'], `unknown clock "${item.clock}"`, known(clocks, 'clock'))
      if (item.cadence !== undefined && !cadences.has(item.cadence))
        report([...path, 'cadence'], `unknown cadence "${item.cadence}"`, known(cadences, 'cadence'))
      if (item.every !== undefined && (item.cadence !== undefined || item.clock !== undefined))
        report([...path, 'every'], 'the item has a clock of its own already', 'clock, cadence or every')
      for (const [k, command] of (item.commands ?? []).entries())
        if (!commands.has(command))
          report([...path, 'commands', k], `unknown command "${command}"`, known(commands, 'command'))
      const audience = boundAudience(item.bind)
      if (audience !== undefined && !audiences.has(audience))
        report([...path, 'bind', 'update'], `unknown audience "${audience}"`, known(audiences, 'audience'))
    }
  }
}

function checkCalendars(playbook: Playbook, report: Report): void {
  const calendars = new Set(playbook.calendars.map((calendar) => calendar.id))
  const check = (id: string | undefined, path: Path) => {
    if (id !== undefined && !calendars.has(id))
      report(path, `unknown calendar "${id}"`, known(calendars, 'calendar'))
  }
  for (const [i, { response, coverage }] of playbook.severities.entries()) {
    if (response.kind === 'next-business-day')
      check(response.calendar, ['severities', i, 'response', 'calendar'])
    if (coverage?.kind === 'calendar') check(coverage.id, ['severities', i, 'coverage'])
  }
}

function checkReasons(form: PlaybookForm, report: Report): void {
  if (form.response.basis === 'assumed' && form.response.why === undefined)
    report(['response'], 'is assumed without a reason', 'a `why`')
  for (const [i, clock] of form.clocks.entries()) {
    if (clock.basis === 'assumed' && clock.why === undefined)
      report(['clocks', i], 'is assumed without a reason', 'a `why`')
    if (clock.from === clock.until)
      report(['clocks', i, 'until'], 'the clock ends where it begins', 'another moment, or elapsed')
  }
}

interface ItemPlace {
  item: {
    id: string
    clock?: string | undefined
    cadence?: string | undefined
    every?: unknown
    commands?: readonly string[] | undefined
    bind?: unknown
  }
  path: Path
}

function itemsOf(items: PlaybookForm['checklists'][number]['items'], path: Path): ItemPlace[] {
  return items.flatMap((item, i) => [
    { item, path: [...path, i] },
    ...(item.children ?? []).map((child, j) => ({ item: child, path: [...path, i, 'children', j] })),
  ])
}

function known(names: ReadonlySet<string>, what: string): string {
  return names.size === 0 ? `there is no ${what} in this playbook` : `one of: ${[...names].join(', ')}`
}
