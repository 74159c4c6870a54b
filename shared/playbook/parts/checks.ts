import type { Condition } from '../model.ts'
import { leavesOf, type PlanCondition } from '../plan-conditions.ts'
import type { Path, Report } from '../problems.ts'
import type { Parts } from './index.ts'
import type { Target } from './people.ts'
import { pagedTeam } from './target-words.ts'
import { slotsIn } from './template-text.ts'

/** Names of the core that parts refer to. */
export interface CoreNames {
  severities: ReadonlySet<string>
  flags: ReadonlySet<string>
  roles: ReadonlySet<string>
  clocks: ReadonlySet<string>
  checklists: ReadonlySet<string>
  items: ReadonlySet<string>
}

/** What must hold between the parts of a playbook: every name leads somewhere, nothing is there twice. */
export function checkParts(parts: Parts, core: CoreNames, report: Report): void {
  checkUnique(parts, report)
  const check = checker(parts, core, report)
  checkClassification(parts, check)
  checkEscalation(parts, check, report)
  checkRunbooks(parts, check, report)
  checkMessages(parts, check, report)
  checkAftermath(parts, check)
}

function checkUnique(parts: Parts, report: Report): void {
  const lists: [Path, readonly { id: string }[]][] = [
    [['calendars'], parts.calendars],
    [['ladders'], parts.ladders],
    [['classification', 'questions'], parts.classification.questions],
    [['classification', 'dimensions'], parts.classification.dimensions],
    [['classification', 'types'], parts.classification.types],
    [['sources'], parts.sources],
    [['alerts', 'metrics'], parts.alerts.metrics],
    [['alerts', 'thresholds'], parts.alerts.thresholds],
    [['alerts', 'map'], parts.alerts.map],
    [['contacts'], parts.contacts],
    [['teams'], parts.teams],
    [['escalation', 'paths'], parts.escalation.paths],
    [['notices'], parts.notices],
    [['runbooks'], parts.runbooks],
    [['commands'], parts.commands],
    [['channels'], parts.channels],
    [['templates'], parts.templates],
    [['policies'], parts.policies],
    [['approvals'], parts.approvals],
    [['gates'], parts.gates],
    [['reviews'], parts.reviews],
    [['drills'], parts.drills],
    [['onboarding'], parts.onboarding],
    [['access'], parts.access],
    [['integrations'], parts.integrations],
  ]
  for (const [i, path] of parts.escalation.paths.entries())
    lists.push([['escalation', 'paths', i, 'steps'], path.steps])
  for (const [i, runbook] of parts.runbooks.entries()) {
    lists.push([['runbooks', i, 'parts'], runbook.parts], [['runbooks', i, 'branches'], runbook.branches])
    for (const [j, part] of runbook.parts.entries())
      lists.push([['runbooks', i, 'parts', j, 'steps'], part.steps])
  }
  for (const [at, entries] of lists) {
    const seen = new Set<string>()
    for (const [i, { id }] of entries.entries()) {
      if (seen.has(id)) report([...at, i, 'id'], `"${id}" is used twice`, 'an id that is used once')
      seen.add(id)
    }
  }
}

type Check = ReturnType<typeof checker>

/** Says of a name that leads nowhere which names there are. */
function checker(parts: Parts, core: CoreNames, report: Report) {
  const ids = (entries: readonly { id: string }[]) => new Set(entries.map((entry) => entry.id))
  const known = {
    severity: core.severities,
    flag: core.flags,
    role: core.roles,
    clock: core.clocks,
    checklist: core.checklists,
    item: core.items,
    contact: ids(parts.contacts),
    team: new Set([pagedTeam, ...parts.teams.map((team) => team.id)]),
    calendar: ids(parts.calendars),
    runbook: ids(parts.runbooks),
    command: ids(parts.commands),
    channel: ids(parts.channels),
    metric: ids(parts.alerts.metrics),
    approval: ids(parts.approvals),
  } as const
  const name = (what: keyof typeof known, value: string | undefined, path: Path) => {
    if (value === undefined || known[what].has(value)) return
    const names = [...known[what]]
    const list =
      names.length === 0 ? `there is no ${what} in this playbook` : `one of: ${names.slice(0, 20).join(', ')}`
    report(path, `unknown ${what} "${value}"`, list)
  }
  const condition = (value: Condition | undefined, path: Path): void => {
    if (value === undefined) return
    switch (value.kind) {
      case 'all':
      case 'any':
        for (const one of value.of) condition(one, path)
        return
      case 'not':
        condition(value.of, path)
        return
      case 'severity':
        for (const key of value.keys) name('severity', key, path)
        return
      case 'flag':
        name('flag', value.id, path)
        return
      case 'status':
      case 'open':
      case 'acknowledged':
        return
    }
  }
  const targets = (value: readonly Target[], path: Path): void => {
    for (const [i, one] of value.entries()) {
      const at = [...path, i]
      if ('oncall' in one) {
        name('team', one.oncall, at)
        const tiers = parts.teams
          .filter((team) => one.oncall === pagedTeam || team.id === one.oncall)
          .flatMap((team) => team.tiers.map((tier) => tier.id))
        if (!tiers.includes(one.tier))
          report(
            at,
            `unknown tier "${one.tier}"`,
            tiers.length === 0 ? 'a team with tiers' : `one of: ${[...new Set(tiers)].join(', ')}`,
          )
      } else if ('leadOf' in one) name('team', one.leadOf, at)
      else if ('contact' in one) name('contact', one.contact, at)
      else if ('role' in one) name('role', one.role, at)
      else if ('channel' in one) name('channel', one.channel, at)
      else if ('anyOf' in one) for (const { contact } of one.anyOf) name('contact', contact, at)
    }
  }
  return { name, condition, targets }
}

function checkClassification(parts: Parts, check: Check): void {
  const { questions, dimensions, types } = parts.classification
  for (const [i, one] of questions.entries())
    check.name('flag', one.sets, ['classification', 'questions', i, 'sets'])
  for (const [i, one] of dimensions.entries())
    for (const [value, severity] of Object.entries(one.map ?? {}))
      check.name('severity', severity, ['classification', 'dimensions', i, 'map', value])
  for (const [i, one] of types.entries()) {
    check.name('severity', one.severity, ['classification', 'types', i, 'severity'])
    check.name('runbook', one.runbook, ['classification', 'types', i, 'runbook'])
  }
  for (const [i, one] of parts.ladders.entries())
    for (const [j, flag] of one.flags.entries()) check.name('flag', flag, ['ladders', i, 'flags', j])
  for (const [i, one] of parts.issueKinds.entries()) check.name('flag', one.flag, ['issueKinds', i, 'flag'])
  for (const [i, one] of parts.alerts.thresholds.entries()) {
    const at = ['alerts', 'thresholds', i]
    check.name('metric', one.metric, [...at, 'metric'])
    check.name('severity', one.severity, [...at, 'severity'])
    for (const [j, flag] of one.sets.entries()) check.name('flag', flag, [...at, 'sets', j])
  }
  for (const [i, one] of parts.alerts.map.entries()) {
    const at = ['alerts', 'map', i]
    check.name('runbook', one.runbook, [...at, 'runbook'])
    check.name('severity', one.severity, [...at, 'severity'])
    for (const [j, flag] of one.sets.entries()) check.name('flag', flag, [...at, 'sets', j])
  }
}

function checkEscalation(parts: Parts, check: Check, report: Report): void {
  for (const [i, path] of parts.escalation.paths.entries()) {
    const at = ['escalation', 'paths', i]
    checkPlan(path.when, [...at, 'when'], check)
    for (const [j, step] of path.steps.entries()) {
      check.targets(step.to, [...at, 'steps', j, 'to'])
      checkPlan(step.when, [...at, 'steps', j, 'when'], check)
      for (const leaf of leavesOf(step.when)) {
        if (leaf.kind !== 'since' || leaf.base.kind !== 'step') continue
        const { step: base } = leaf.base
        const place = path.steps.findIndex((one) => one.id === base)
        // A step that waits for itself or a later one would wait for ever.
        if (place < 0 || place >= j)
          report([...at, 'steps', j, 'when'], `waits for step "${base}"`, 'a step above it in the same path')
      }
    }
  }
  const { matrix } = parts.escalation
  for (const [i, row] of (matrix?.rows ?? []).entries()) {
    const at = ['escalation', 'matrix', 'rows', i]
    check.name('contact', row.first, [...at, 'first'])
    for (const [severity, targets] of Object.entries(row.cells)) {
      check.name('severity', severity, [...at, 'cells', severity])
      check.targets(targets, [...at, 'cells', severity])
    }
  }
  for (const [i, one] of parts.notices.entries()) {
    check.condition(one.when, ['notices', i, 'when'])
    check.targets(one.to, ['notices', i, 'to'])
  }
  for (const [i, one] of parts.teams.entries()) {
    check.name('contact', one.lead, ['teams', i, 'lead'])
    for (const [j, tier] of one.tiers.entries())
      check.name('contact', tier.contact, ['teams', i, 'tiers', j, 'contact'])
    if (one.coverage !== 'always' && one.coverage !== 'unset')
      check.name('calendar', one.coverage, ['teams', i, 'coverage'])
  }
  for (const [i, one] of parts.contacts.entries()) {
    check.name('contact', one.sameAs, ['contacts', i, 'sameAs'])
    const other = parts.contacts.find((contact) => contact.id === one.sameAs)
    // Round a circle, or on from one to the next, nobody is found at the end.
    if (other !== undefined && (other === one || other.sameAs !== undefined))
      report(
        ['contacts', i, 'sameAs'],
        `"${other.id}" is itself the same as another`,
        'the one that stands for the person',
      )
  }
}

function checkPlan(condition: PlanCondition | undefined, at: Path, check: Check): void {
  for (const leaf of condition === undefined ? [] : leavesOf(condition)) {
    if (leaf.kind === 'is') check.condition(leaf.condition, at)
    if (leaf.kind === 'held') check.name('flag', leaf.flag, at)
    if (leaf.kind === 'first-responder') check.name('contact', leaf.position, at)
  }
}

function checkRunbooks(parts: Parts, check: Check, report: Report): void {
  for (const [i, runbook] of parts.runbooks.entries()) {
    check.condition(runbook.when, ['runbooks', i, 'when'])
    const groups = [
      ...runbook.parts.map((part, j) => ({
        id: part.id,
        steps: part.steps,
        at: ['runbooks', i, 'parts', j, 'steps'],
      })),
      ...runbook.branches.map((branch, j) => ({
        steps: branch.steps,
        id: `if.${branch.id}`,
        at: ['runbooks', i, 'branches', j, 'steps'],
      })),
    ]
    if (runbook.state === 'stub' && groups.length > 0)
      report(['runbooks', i, 'state'], 'is a stub with steps', 'state: written, or no steps')
    for (const [j, part] of runbook.parts.entries())
      check.condition(part.when, ['runbooks', i, 'parts', j, 'when'])
    for (const { id, steps, at } of groups)
      for (const [k, step] of steps.entries()) {
        checkLength(`run/${runbook.id}/${id}/${step.id}.off`, [...at, k, 'id'], report)
        check.condition(step.when, [...at, k, 'when'])
        for (const [l, command] of step.commands.entries())
          check.name('command', command, [...at, k, 'commands', l])
      }
  }
  for (const [i, command] of parts.commands.entries())
    for (const [j, param] of command.params.entries())
      if (!command.text.includes(param.token))
        report(
          ['commands', i, 'params', j, 'token'],
          `"${param.token}" is not in the command`,
          'a piece of its text',
        )
}

/** Longest id of a task, as commands take it. */
const longestTask = 96

/** A step is named by its runbook, its part and itself when it is a task; what takes it away has four letters more. */
function checkLength(task: string, path: Path, report: Report): void {
  const over = task.length - longestTask
  if (over > 0) report(path, `is ${over} characters too long with the ids above it`, 'shorter ids')
}

function checkMessages(parts: Parts, check: Check, report: Report): void {
  for (const [i, template] of parts.templates.entries()) {
    check.condition(template.when, ['templates', i, 'when'])
    const declared = new Set(template.slots.map((slot) => slot.id))
    const used = new Set([...slotsIn(template.body), ...slotsIn(template.subject ?? '')])
    for (const slot of used)
      if (!declared.has(slot))
        report(
          ['templates', i, 'body'],
          `nothing fills the slot "${slot}"`,
          'a slot with this id under `slots`',
        )
    for (const [j, slot] of template.slots.entries())
      if (!used.has(slot.id))
        report(
          ['templates', i, 'slots', j, 'id'],
          `the text has no slot "${slot.id}"`,
          `{{${slot.id}}} in its text`,
        )
  }
  for (const [i, policy] of parts.policies.entries()) {
    check.condition(policy.when, ['policies', i, 'when'])
    check.name('approval', policy.unlessApproved, ['policies', i, 'unlessApproved'])
  }
  for (const [i, approval] of parts.approvals.entries()) check.targets(approval.by, ['approvals', i, 'by'])
  for (const [i, channel] of parts.channels.entries())
    check.condition(channel.perIncident?.when, ['channels', i, 'perIncident', 'when'])
  check.condition(parts.evidence?.hold, ['evidence', 'hold'])
  check.condition(parts.privacy?.restrictedWhen, ['privacy', 'restrictedWhen'])
  for (const severity of Object.keys(parts.statusPage?.labels ?? {}))
    check.name('severity', severity, ['statusPage', 'labels', severity])
}

function checkAftermath(parts: Parts, check: Check): void {
  for (const [i, gate] of parts.gates.entries()) {
    const at = ['gates', i, 'requires']
    for (const [j, id] of gate.requires.checklists.entries())
      check.name('checklist', id, [...at, 'checklists', j])
    for (const [j, id] of gate.requires.items.entries()) check.name('item', id, [...at, 'items', j])
    for (const [j, id] of gate.requires.clocks.entries()) check.name('clock', id, [...at, 'clocks', j])
  }
  check.condition(parts.postMortem?.requiredWhen, ['postMortem', 'requiredWhen'])
  for (const [i, one] of (parts.postMortem?.outputs ?? []).entries())
    check.condition(one.when, ['postMortem', 'outputs', i, 'when'])
  for (const [i, one] of (parts.postMortem?.followUps ?? []).entries())
    check.condition(one.skipWhen, ['postMortem', 'followUps', i, 'skipWhen'])
}
