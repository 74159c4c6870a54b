import { groups } from './draft-core.ts'
import type { FindingOf } from './findings.ts'
import { type Findings, lineOf } from './found.ts'
import { namer } from './notes.ts'
import { stepKey } from './runbooks.ts'

/** Runbooks, commands and templates of a draft. */
export function workOf(found: Findings): Record<string, unknown> {
  const slots = groups(found.of('slot'), (one) => one.value.template)
  return {
    runbooks: runbooksOf(found),
    commands: found.of('command').map((one) => ({
      id: one.value.id,
      purpose: one.value.purpose,
      effect: one.value.effect,
      ...(one.value.panel === null ? {} : { panel: one.value.panel }),
      text: one.value.text,
      ...(one.value.params.length === 0 ? {} : { params: one.value.params }),
      ...(one.value.danger === null ? {} : { danger: one.value.danger }),
      src: lineOf(one),
    })),
    templates: found.of('template').map((one) => {
      const used = new Set(
        [...`${one.value.subject ?? ''}\n${one.value.body}`.matchAll(/\{\{([a-z0-9][a-z0-9_-]*)\}\}/g)].map(
          (token) => token[1],
        ),
      )
      return {
        id: one.value.id,
        title: one.value.title,
        audience: one.value.audience,
        ...(one.value.subject === null ? {} : { subject: one.value.subject }),
        body: one.value.body,
        slots: (slots.get(one.value.id) ?? [])
          .filter((slot) => used.has(slot.value.id))
          .map((slot) => ({ id: slot.value.id, label: slot.value.label, src: lineOf(slot) })),
        src: lineOf(one),
      }
    }),
  }
}

function runbooksOf(found: Findings): unknown[] {
  const commands = groups(found.of('command'), (one) => one.value.at ?? '')
  const used = (key: string) => {
    const ids = (commands.get(key) ?? []).map((one) => one.value.id)
    return ids.length === 0 ? {} : { commands: [...new Set(ids)] }
  }
  const steps = groups(found.of('runbook-step'), (one) => one.value.runbook)
  const branches = groups(found.of('branch'), (one) => one.value.runbook)
  const noted = (kind: 'symptom' | 'prevention' | 'note', runbook: string) => {
    const ids = shortNamer()
    return found
      .of(kind)
      .flatMap((one) =>
        one.value.runbook === runbook
          ? [{ id: ids(one.value.text), text: one.value.text, src: lineOf(one) }]
          : [],
      )
  }
  return found.of('runbook').map((one) => {
    const { id, title, address } = one.value
    const parts = [...groups(steps.get(id) ?? [], (step) => step.value.part)].map(([part, own]) =>
      partOf(part, own, used),
    )
    const orphans = partsOfCommands(
      id,
      parts.map((part) => part.id),
      commands,
      one,
    )
    const branchIds = shortNamer()
    const own = (branches.get(id) ?? []).map((branch) => ({
      id: branch.value.id.slice(0, 20),
      finding: branch.value.finding === '' ? branch.value.text : branch.value.finding,
      steps: [
        {
          id: branchIds(branch.value.text),
          text: branch.value.text,
          ...used(`branch/${id}/${branch.value.id}`),
          src: lineOf(branch),
        },
      ],
      src: lineOf(branch),
    }))
    const written = parts.length + own.length + orphans.length > 0
    return {
      id,
      title,
      state: written ? 'written' : 'stub',
      ...(address === null || address === '' ? {} : { address }),
      symptoms: noted('symptom', id),
      parts: [...parts, ...orphans],
      branches: own,
      prevention: noted('prevention', id),
      notes: noted('note', id),
      src: lineOf(one),
    }
  })
}

function partOf(
  part: string,
  own: readonly FindingOf<'runbook-step'>[],
  used: (key: string) => { commands?: string[] },
) {
  const ids = shortNamer()
  const [first] = own
  return {
    id: part,
    title: first?.value.partTitle || part,
    kind: first?.value.of ?? 'manual',
    ordered: first?.value.ordered ?? false,
    steps: own.map((step) => ({
      id: ids(step.value.text),
      text: step.value.text,
      ...used(stepKey(step.value)),
      src: lineOf(step),
    })),
    src: first === undefined ? [] : lineOf(first),
  }
}

/** Commands of a part that has no words: one step for each, in the words of the command's purpose. */
function partsOfCommands(
  runbook: string,
  taken: readonly string[],
  commands: ReadonlyMap<string, FindingOf<'command'>[]>,
  at: FindingOf<'runbook'>,
) {
  return [...commands].flatMap(([key, own]) => {
    const part = key.startsWith(`${runbook}/`) ? key.slice(runbook.length + 1) : ''
    if (part === '') return []
    const ids = shortNamer()
    return [
      {
        id: taken.includes(part) ? `${part}-c` : part,
        title: at.value.title,
        kind: 'manual',
        ordered: false,
        steps: own.map((one) => ({
          id: ids(one.value.purpose),
          text: one.value.purpose,
          commands: [one.value.id],
          src: lineOf(one),
        })),
        src: lineOf(at),
      },
    ]
  })
}

/** Short, since a task is named by its runbook, its part and itself. */
function shortNamer(): (text: string) => string {
  const named = namer()
  return (text) => named(text, 20)
}
