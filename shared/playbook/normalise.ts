import { readBinding } from './binding-form.ts'
import type { ChecklistItem, Condition, Coverage, Playbook, Procedure } from './model.ts'
import { partsOf } from './parts/index.ts'
import type { Path, Report } from './problems.ts'
import type { ChildItemForm, ItemForm, PlaybookForm } from './schema.ts'
import { type Names, readCondition, readFigure, readResponse, readWindow } from './short-forms.ts'

/**
 * Reads the short forms and fills what may be left out. The result is worth something only if nothing was
 * reported. Severities come out by rank, the worst first.
 */
export function normalise(form: PlaybookForm, report: Report): Playbook {
  const names: Names = {
    severities: new Set(form.severities.map((severity) => severity.key)),
    flags: new Set(form.flags.map((flag) => flag.id)),
  }
  const when = (value: unknown, path: Path): { when?: Condition } =>
    value === undefined ? {} : { when: readCondition(value, [...path, 'when'], names, report) }

  return {
    id: form.id,
    product: form.product,
    title: form.title,
    purpose: form.purpose,
    version: 0,
    severities: form.severities
      .map((severity, i) => ({
        key: severity.key,
        rank: severity.rank,
        name: severity.name,
        ...optional('alias', severity.alias),
        definition: severity.definition,
        examples: severity.examples ?? [],
        response: readResponse(severity.response, ['severities', i, 'response'], report),
        ...coverageOf(severity.coverage),
        src: sources(severity.src),
      }))
      .sort((a, b) => a.rank - b.rank),
    response: {
      from: form.response.from,
      until: form.response.until,
      basis: form.response.basis,
      ...optional('why', form.response.why),
    },
    clocks: form.clocks.map((clock, i) => ({
      id: clock.id,
      label: clock.label,
      from: clock.from,
      until: clock.until,
      target: readFigure(clock.target, ['clocks', i, 'target'], report),
      bound: clock.bound,
      ...when(clock.when, ['clocks', i]),
      ...optional('restartOn', clock.restartOn),
      basis: clock.basis,
      ...optional('why', clock.why),
      src: sources(clock.src),
    })),
    cadences: form.cadences.map((cadence, i) => ({
      id: cadence.id,
      audience: cadence.audience,
      label: cadence.label,
      every: readFigure(cadence.every, ['cadences', i, 'every'], report),
      ...when(cadence.when, ['cadences', i]),
      soft: cadence.soft ?? false,
      orOnNews: cadence.orOnNews ?? false,
      src: sources(cadence.src),
    })),
    phases: form.phases.map((phase, i) => ({
      id: phase.id,
      name: phase.name,
      order: phase.order,
      window: readWindow(phase.window, ['phases', i, 'window'], report),
      base: phase.base,
      src: sources(phase.src),
    })),
    checklists: form.checklists.map((checklist, i) => ({
      id: checklist.id,
      title: checklist.title,
      ...optional('phase', checklist.phase),
      ordered: checklist.ordered ?? false,
      ...when(checklist.when, ['checklists', i]),
      ...optional('restartOn', checklist.restartOn),
      ...optional('procedure', procedureOf(checklist.procedure)),
      items: checklist.items.map((item, j) =>
        readItem(item, checklist.id, ['checklists', i, 'items', j], when, report),
      ),
      src: sources(checklist.src),
    })),
    roles: form.roles.map(({ usually, rights, ...role }) => ({
      ...role,
      ...optional('usually', usually),
      ...(rights.length === 0 ? {} : { rights }),
      src: sources(role.src),
    })),
    flags: form.flags.map((flag) => ({ id: flag.id, question: flag.question, src: sources(flag.src) })),
    sections: form.sections.map((section) => ({ ...section, src: sources(section.src) })),
    statusLabels: Object.fromEntries(
      Object.entries(form.statusLabels ?? {}).filter(([, label]) => label !== undefined),
    ),
    postIncident: form.postIncident.map((deadline, i) => ({
      id: deadline.id,
      label: deadline.label,
      within: readFigure(deadline.within, ['postIncident', i, 'within'], report),
      from: deadline.from,
      ...when(deadline.when, ['postIncident', i]),
      src: sources(deadline.src),
    })),
    notStated: form.notStated,
    ...partsOf(form),
    src: sources(form.src),
  }
}

/** An item's id is `<checklist>/<item>`, children included: unique in the playbook, stable when items move. */
function readItem(
  item: ItemForm | ChildItemForm,
  checklist: string,
  path: Path,
  when: (value: unknown, path: Path) => { when?: Condition },
  report: Report,
): ChecklistItem {
  const children = 'children' in item ? (item.children ?? []) : []
  return {
    id: `${checklist}/${item.id}`,
    text: item.text,
    optional: item.optional ?? false,
    ...when(item.when, path),
    ...optional('clock', item.clock),
    ...optional('cadence', item.cadence),
    ...(item.every === undefined ? {} : { every: readFigure(item.every, [...path, 'every'], report) }),
    ...optional('remove', item.remove),
    ...optional('commands', item.commands),
    ...(item.bind === undefined ? {} : { bind: readBinding(item.bind, [...path, 'bind'], report) }),
    children: children.map((child, i) => readItem(child, checklist, [...path, 'children', i], when, report)),
    src: sources(item.src),
  }
}

function procedureOf(given: PlaybookForm['checklists'][number]['procedure']): Procedure | undefined {
  if (given === undefined) return undefined
  return {
    inputs: given.inputs.map(({ id, label, from }) => ({ id, label, ...optional('from', from) })),
    result: given.result,
  }
}

function coverageOf(value: string | undefined): { coverage?: Coverage } {
  if (value === undefined || value === 'unset') return {}
  return { coverage: value === 'always' ? { kind: 'always' } : { kind: 'calendar', id: value } }
}

function sources(src: string | string[] | undefined): string[] {
  if (src === undefined) return []
  return typeof src === 'string' ? [src] : src
}

/** A key only when there is a value: the canonical text knows no `undefined`. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  const part: { [K in Key]?: Value } = {}
  if (value !== undefined) part[key] = value
  return part
}
