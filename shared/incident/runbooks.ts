import type { Checklist, ChecklistItem, Playbook } from '../playbook/model.ts'
import type { Runbook, RunbookPart, RunbookStep } from '../playbook/parts/runbooks.ts'
import type { IncidentState, RunbookState } from './state.ts'

/** Where a list of an attached runbook stands in it. */
export interface RunPlace {
  runbook: string
  part:
    | { kind: 'part'; id: string; stage: RunbookPart['kind'] }
    | { kind: 'branch'; id: string; taken: boolean }
    /** For steps people add: a runbook that is named and not written has no others (R96). */
    | { kind: 'own' }
}

export interface RunList {
  checklist: Checklist
  place: RunPlace
}

/** Ids of lists and steps of an attached runbook; a branch is told from a part by its dot, which ids have not. */
const listId = (runbook: string, part: string) => `run/${runbook}/${part}`
const partList = (runbook: string, part: string) => listId(runbook, part)
const branchList = (runbook: string, branch: string) => listId(runbook, `if.${branch}`)
const ownList = (runbook: string) => listId(runbook, 'own.steps')

/** Whether a list belongs to a runbook of this playbook, attached or not. */
export function isRunbookList(id: string, playbook: Playbook): boolean {
  return playbook.runbooks.some((runbook) => id.startsWith(listId(runbook.id, '')))
}

export function attachedRunbooks(
  state: IncidentState,
  playbook: Playbook,
): { runbook: Runbook; attached: RunbookState }[] {
  return playbook.runbooks
    .flatMap((runbook) => {
      const attached = state.runbooks[runbook.id]
      return attached === undefined || attached.detached !== null ? [] : [{ runbook, attached }]
    })
    .sort((a, b) => a.attached.at - b.attached.at)
}

/**
 * The lists of all attached runbooks, as checklists: their steps are tasks like any other (R92). A branch has its list
 * once its finding was chosen; when it no longer holds its steps stay and are not needed (R93).
 */
export function runLists(state: IncidentState, playbook: Playbook): RunList[] {
  return attachedRunbooks(state, playbook).flatMap(({ runbook, attached }) => {
    const parts = runbook.parts.map((part) => partChecklist(runbook, part))
    const branches = runbook.branches.flatMap((branch): RunList[] => {
      const finding = Object.hasOwn(attached.findings, branch.id) ? attached.findings[branch.id] : undefined
      if (finding === undefined) return []
      const { taken } = finding
      const checklist = asChecklist(
        runbook,
        branchList(runbook.id, branch.id),
        branch.finding,
        branch.steps,
        branch.src,
      )
      // No branch that is not taken is owed.
      const never = taken ? {} : { when: { kind: 'any' as const, of: [] } }
      return [
        {
          checklist: { ...checklist, ...never },
          place: { runbook: runbook.id, part: { kind: 'branch', id: branch.id, taken } },
        },
      ]
    })
    const own: RunList[] =
      runbook.state === 'stub'
        ? [
            {
              checklist: asChecklist(runbook, ownList(runbook.id), 'steps as you go', [], runbook.src),
              place: { runbook: runbook.id, part: { kind: 'own' } },
            },
          ]
        : []
    return [...parts, ...branches, ...own]
  })
}

function partChecklist(runbook: Runbook, part: RunbookPart): RunList {
  const checklist = asChecklist(runbook, partList(runbook.id, part.id), part.title, part.steps, part.src)
  // What is for later is not owed while the incident is open (R94).
  const when =
    part.kind === 'short-term'
      ? {
          kind: 'all' as const,
          of: [{ kind: 'open' as const, is: false }, ...(part.when ? [part.when] : [])],
        }
      : part.when
  return {
    checklist: { ...checklist, ordered: part.ordered, ...(when === undefined ? {} : { when }) },
    place: { runbook: runbook.id, part: { kind: 'part', id: part.id, stage: part.kind } },
  }
}

function asChecklist(
  runbook: Runbook,
  id: string,
  title: string,
  steps: readonly RunbookStep[],
  src: string[],
): Checklist {
  return {
    id,
    title: `${runbook.title}: ${title}`,
    ordered: false,
    items: steps.map((step) => asItem(id, step)),
    src,
  }
}

function asItem(list: string, step: RunbookStep): ChecklistItem {
  return {
    id: `${list}/${step.id}`,
    text: step.text,
    optional: step.optional,
    ...(step.when === undefined ? {} : { when: step.when }),
    ...(step.commands.length === 0 ? {} : { commands: step.commands }),
    ...(step.remove === undefined ? {} : { remove: step.remove }),
    children: [],
    src: step.src,
  }
}

/** The wording of every step of every runbook by task id, attached or not: the record speaks of detached ones too. */
export function stepTexts(playbook: Playbook): [id: string, text: string][] {
  return playbook.runbooks.flatMap((runbook) => [
    ...runbook.parts.flatMap((part) => textsOf(partList(runbook.id, part.id), part.steps)),
    ...runbook.branches.flatMap((branch) => textsOf(branchList(runbook.id, branch.id), branch.steps)),
  ])
}

function textsOf(list: string, steps: readonly RunbookStep[]): [string, string][] {
  return steps.map((step) => [`${list}/${step.id}`, step.text])
}

/** Ids of the steps of a part that is for after the incident, of every attached runbook (R94). */
export function shortTermSteps(state: IncidentState, playbook: Playbook): string[] {
  return runLists(state, playbook).flatMap(({ checklist, place }) =>
    place.part.kind === 'part' && place.part.stage === 'short-term'
      ? checklist.items.map((item) => item.id)
      : [],
  )
}
