import { formatDuration } from '../../../shared/playbook/duration.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import type { SectionId } from './contents.ts'

/** Something we read into the playbook: what, why, the facts it rests on, and where it stands on the page. */
export interface Assumption {
  what: string
  why: string | null
  src: string[]
  section: SectionId
}

/** Figures, names and addresses of one section that nobody has stated. */
export interface OpenFigures {
  section: SectionId
  count: number
}

/** Where the parts of a playbook stand on the page. A part without a section is told in the rail and leads nowhere. */
const sections: Readonly<Record<string, SectionId>> = {
  about: 'about',
  severities: 'severities',
  response: 'clocks',
  classification: 'classification',
  issueKinds: 'classification',
  ladders: 'classification',
  clocks: 'clocks',
  cadences: 'clocks',
  phases: 'phases',
  escalation: 'escalation',
  notices: 'notices',
  teams: 'on-call',
  rotation: 'on-call',
  calendars: 'on-call',
  contacts: 'contacts',
  roles: 'roles',
  checklists: 'checklists',
  runbooks: 'runbooks',
  commands: 'commands',
  sources: 'alerts',
  alerts: 'alerts',
  channels: 'messages',
  templates: 'messages',
  policies: 'rules',
  approvals: 'rules',
  statusPage: 'rules',
  evidence: 'rules',
  privacy: 'rules',
  gates: 'gates',
  postIncident: 'after',
  postMortem: 'after',
  actionItems: 'after',
  disasterRecovery: 'recovery',
  reviews: 'practice',
  drills: 'practice',
  onboarding: 'practice',
  measures: 'practice',
  access: 'access',
  tools: 'tools',
  integrations: 'tools',
}

/** The section of the page that tells of a part of a playbook, by the part's name; undefined where none does. */
export function sectionOf(part: string): SectionId | undefined {
  return sections[part]
}

export interface Gaps {
  assumptions: Assumption[]
  open: OpenFigures[]
}

type Group = Readonly<Record<string, unknown>>

/** Walks a whole playbook: every figure that is assumed or unset, whatever part it stands in. */
export function gapsOf(playbook: Playbook): Gaps {
  const assumptions: Assumption[] = []
  const open = new Map<SectionId, number>()
  for (const [part, value] of Object.entries(playbook)) {
    const section = sectionOf(part)
    if (section !== undefined) walk(value, { label: partLabel(part), src: [] }, section)
  }
  return { assumptions, open: [...open].map(([section, count]) => ({ section, count })) }

  function walk(value: unknown, near: { label: string; src: string[] }, section: SectionId): void {
    if (Array.isArray(value)) {
      for (const one of value) walk(one, near, section)
      return
    }
    if (!isGroup(value)) return
    if (value.kind === 'unset') {
      open.set(section, (open.get(section) ?? 0) + 1)
      return
    }
    const here = { label: labelOf(value) ?? near.label, src: texts(value.src) ?? near.src }
    if (value.kind === 'assumed') add(`${here.label}: ${valueWords(value)}`, value.why, here.src, section)
    else if (value.basis === 'assumed' && value.kind === 'next-business-day')
      add(`${here.label}: by the ${String(value.by)} of the next business day`, value.why, here.src, section)
    else if (value.basis === 'assumed') add(here.label, value.why, here.src, section)
    else if (typeof value.why === 'string' && value.basis === undefined)
      add(here.label, value.why, here.src, section)
    for (const inner of Object.values(value)) walk(inner, here, section)
  }

  function add(what: string, why: unknown, src: string[], section: SectionId): void {
    assumptions.push({ what, why: typeof why === 'string' ? why : null, src, section })
  }
}

/** What something is called: whichever of these it has. */
function labelOf(group: Group): string | null {
  for (const key of ['label', 'position', 'title', 'name', 'text', 'key']) {
    const value = group[key]
    if (typeof value === 'string') return value
  }
  return null
}

function partLabel(part: string): string {
  switch (part) {
    case 'response':
      return 'What counts as a response'
    case 'approvals':
      return 'Who approves'
    default:
      return part.charAt(0).toUpperCase() + part.slice(1)
  }
}

function valueWords(group: Group): string {
  if (typeof group.ms === 'number') return formatDuration(group.ms)
  return typeof group.value === 'string' || typeof group.value === 'number' ? String(group.value) : 'assumed'
}

function texts(value: unknown): string[] | null {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
    ? value
    : null
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null
}
