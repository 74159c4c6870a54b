import type { Playbook } from '../../../shared/playbook/model.ts'

/** A section of the page: its anchor, its heading, and how many things stand in it. */
export interface ContentsEntry {
  id: SectionId
  title: string
  count: number
}

export type SectionId =
  | 'about'
  | 'severities'
  | 'classification'
  | 'clocks'
  | 'phases'
  | 'escalation'
  | 'notices'
  | 'on-call'
  | 'contacts'
  | 'roles'
  | 'checklists'
  | 'runbooks'
  | 'commands'
  | 'alerts'
  | 'messages'
  | 'rules'
  | 'gates'
  | 'after'
  | 'recovery'
  | 'practice'
  | 'access'
  | 'tools'

/** The sections a playbook has something in, in the order of the page; empty parts do not appear. */
export function contentsOf(p: Playbook): ContentsEntry[] {
  const { questions, dimensions, types } = p.classification
  const { metrics, thresholds, map } = p.alerts
  const tools = p.tools
  const links = tools === undefined ? 0 : Object.values(tools).reduce((sum, list) => sum + list.length, 0)
  const review = p.postMortem
  const recovery = p.disasterRecovery
  const all: [SectionId, string, number][] = [
    ['severities', 'Severities', p.severities.length],
    ['classification', 'Classification', questions.length + dimensions.length + types.length],
    ['clocks', 'Clocks and updates', p.clocks.length + p.cadences.length],
    ['phases', 'Phases', p.phases.length],
    ['escalation', 'Escalation', p.escalation.paths.length + (p.escalation.matrix?.rows.length ?? 0)],
    ['notices', 'Notices', p.notices.length],
    ['on-call', 'On call', p.teams.length + (p.rotation === undefined ? 0 : 1) + p.calendars.length],
    ['contacts', 'Contacts', p.contacts.length],
    ['roles', 'Roles', p.roles.length],
    ['checklists', 'Checklists', p.checklists.length],
    ['runbooks', 'Runbooks', p.runbooks.length],
    ['commands', 'Commands', p.commands.length],
    ['alerts', 'Alerts', p.sources.length + metrics.length + thresholds.length + map.length],
    ['messages', 'Messages', p.channels.length + p.templates.length],
    ['rules', 'Rules', p.policies.length + p.approvals.length + given(p.evidence, p.privacy, p.statusPage)],
    ['gates', 'Gates', p.gates.length],
    [
      'after',
      'After the incident',
      p.postIncident.length +
        p.sections.length +
        given(p.actionItems) +
        (review === undefined
          ? 0
          : review.questions.length +
            review.principles.length +
            (review.template?.sections.length ?? 0) +
            review.outputs.length +
            review.followUps.length),
    ],
    [
      'recovery',
      'Disaster recovery',
      recovery === undefined ? 0 : recovery.calls.length + recovery.plans.length + recovery.properties.length,
    ],
    ['practice', 'Practice', p.reviews.length + p.drills.length + p.onboarding.length + p.measures.length],
    ['access', 'Access', p.access.length],
    ['tools', 'Tools', links + p.integrations.length],
    ['about', 'About', p.about === undefined ? 0 : aboutLines(p.about)],
  ]
  return all.filter(([, , count]) => count > 0).map(([id, title, count]) => ({ id, title, count }))
}

function aboutLines(about: NonNullable<Playbook['about']>): number {
  return about.scope.length + about.aims.length + about.principles.length
}

function given(...parts: readonly unknown[]): number {
  return parts.filter((part) => part !== undefined).length
}
