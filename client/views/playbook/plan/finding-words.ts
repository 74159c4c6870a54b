import { formatDuration } from '../../../../shared/playbook/duration.ts'
import type { Finding, FindingKind } from '../../../../shared/playbook/import/index.ts'

/** Groups of findings as people name them, in the order in which a plan is checked. */
export const groups: readonly { title: string; kinds: readonly FindingKind[] }[] = [
  { title: 'The plan itself', kinds: ['title', 'product', 'purpose', 'principle', 'reviewed'] },
  {
    title: 'Severities',
    kinds: ['severity', 'severity-meaning', 'severity-example', 'response-time', 'coverage'],
  },
  { title: 'Clocks and updates', kinds: ['clock', 'cadence'] },
  { title: 'Escalation', kinds: ['escalation', 'escalation-cell', 'notice'] },
  { title: 'Roles', kinds: ['role', 'duty'] },
  { title: 'Contacts and teams', kinds: ['contact', 'way', 'team', 'tier', 'rotation'] },
  { title: 'Phases and checklists', kinds: ['phase', 'checklist', 'task'] },
  { title: 'Runbooks', kinds: ['runbook', 'symptom', 'runbook-step', 'branch', 'prevention', 'note'] },
  { title: 'Commands', kinds: ['command'] },
  { title: 'Messages', kinds: ['template', 'slot', 'channel'] },
  { title: 'Alerts', kinds: ['source', 'metric', 'threshold', 'alert', 'incident-type', 'question'] },
  {
    title: 'Afterwards',
    kinds: ['deadline', 'review-owed', 'review-question', 'review-principle', 'review-output', 'measure'],
  },
  { title: 'Tools and practice', kinds: ['access', 'link', 'recurring', 'onboarding'] },
]

/** What was found, in a line. */
export function findingWords(finding: Finding): string {
  switch (finding.kind) {
    case 'title':
    case 'product':
    case 'purpose':
    case 'principle':
    case 'duty':
    case 'task':
    case 'symptom':
    case 'prevention':
    case 'note':
    case 'question':
    case 'review-question':
    case 'review-principle':
    case 'review-output':
    case 'onboarding':
    case 'runbook-step':
    case 'escalation-cell':
      return finding.value.text
    case 'reviewed':
      return finding.value.date ?? 'a date that is not filled in'
    case 'severity':
      return finding.value.name === null ? finding.value.key : `${finding.value.key}, ${finding.value.name}`
    case 'severity-meaning':
    case 'severity-example':
      return `${finding.value.severity}: ${finding.value.text}`
    case 'response-time':
      return `${finding.value.severity} is answered ${answerWords(finding.value.answer)}`
    case 'coverage':
      return finding.value.text
    case 'clock':
    case 'cadence':
    case 'deadline':
      return `${formatDuration(finding.value.length.ms)}: ${finding.value.label}`
    case 'rotation':
      return `every ${formatDuration(finding.value.length.ms)}`
    case 'escalation':
      return finding.value.after === null
        ? `${finding.value.label} (when somebody presses it)`
        : `${formatDuration(finding.value.after.ms)}: ${finding.value.label}`
    case 'notice':
    case 'team':
    case 'tier':
    case 'channel':
    case 'source':
    case 'metric':
    case 'threshold':
    case 'measure':
    case 'recurring':
    case 'slot':
      return finding.value.label
    case 'incident-type':
      return `${finding.value.severity}: ${finding.value.label}`
    case 'role':
    case 'phase':
      return finding.value.name
    case 'contact':
      return finding.value.position
    case 'way':
      return `${finding.value.way}: ${finding.value.address ?? 'not filled in'}`
    case 'checklist':
    case 'runbook':
    case 'template':
      return finding.value.title
    case 'branch':
      return `${finding.value.finding}: ${finding.value.text}`
    case 'command':
      return finding.value.text
    case 'alert':
      return `${finding.value.alert}: ${finding.value.first}`
    case 'review-owed':
      return `A post-mortem after ${finding.value.severities.join(', ')}`
    case 'access':
      return finding.value.system
    case 'link':
      return `${finding.value.label}: ${finding.value.address}`
  }
}

function answerWords(answer: Extract<Finding, { kind: 'response-time' }>['value']['answer']): string {
  switch (answer.kind) {
    case 'within':
      return `${answer.bound === 'exclusive' ? 'in under' : 'within'} ${formatDuration(answer.ms)}`
    case 'next-business-day':
      return 'on the next business day'
    case 'scheduled':
      return 'as scheduled'
    case 'word':
      return `"${answer.word}", without a figure`
  }
}
