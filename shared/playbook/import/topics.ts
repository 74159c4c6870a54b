import type { Section } from './document.ts'

/** What a section is about, from the words of its heading. No rule knows a document: only words people use in plans. */
export const topics = [
  'templates',
  'severity',
  'escalation',
  'contacts',
  'oncall',
  'roles',
  'detection',
  'channels',
  'runbooks',
  'onboarding',
  'drills',
  'measures',
  'thresholds',
  'access',
  'commands',
  'postmortem',
  'tools',
  'reviews',
  'process',
  'overview',
  'none',
] as const
export type Topic = (typeof topics)[number]

const rules: readonly [Topic, RegExp][] = [
  ['templates', /\btemplates?\b|\bsample (?:message|email|notification)|message formats?/i],
  ['onboarding', /\bonboarding\b|new (?:team )?(?:members?|responders?|hires?)/i],
  [
    'detection',
    /\bdetect|\balert (?:channels?|sources?)|sources of (?:alerts?|incidents?)|\bhow incidents are (?:found|reported)/i,
  ],
  [
    'runbooks',
    /\brunbooks?$|\brunbooks? (?:index|library|list)|\bscenarios?\b|common (?:incidents?|issues?|problems?|failures?)(?! &| and checks)|troubleshooting|incident types? playbooks?|\bplaybooks$/i,
  ],
  [
    'thresholds',
    /thresholds?|alert(?:ing)? (?:rules?|mapping|response|integration)|\balerts?$|key metrics to monitor|monitoring (?:and|&) alert|service level|\bslo\b|health metrics|to watch/i,
  ],
  ['escalation', /escalat/i],
  [
    'postmortem',
    /\bafterwards\b|after (?:the|an) incident|post[- ]?mortem|post[- ]?incident|retrospective|root[- ]cause analysis|lessons|after[- ]action|\brca\b|\bpir\b|debrief|blameless|timeline reconstruction/i,
  ],
  ['severity', /severit|classif|\bpriorit(?:y|ies)\b|(?:incident|impact) levels?|incident categor/i],
  ['measures', /\bmetrics?\b|\bkpis?\b|\bmeasur/i],
  [
    'contacts',
    /\bcontacts?\b|phone (?:list|tree|numbers)|key personnel|directory|external resources|stakeholders$/i,
  ],
  ['oncall', /\bon[- ]?call\b|\brotation\b|\brota\b|\bcoverage\b|support hours/i],
  ['roles', /\broles?\b|responsibilit|(?:response|incident) team\b|team structure|who does what/i],
  ['channels', /\bchannels?\b|communication (?:protocols?|methods?|tools)/i],
  ['drills', /\bdrills?\b|\btraining\b|exercises?\b|game ?days?|tabletop|quarterly requirements/i],
  ['access', /\baccess\b|\bpermissions?\b/i],
  ['commands', /\bcommands?\b|cheat ?sheet/i],
  [
    'tools',
    /\btools?\b|\blinks?\b|dashboards?|\breferences?\b|\burls?\b|\bscripts?\b|related (?:docs?|documents?|documentation)|see also|further reading|resources$/i,
  ],
  [
    'reviews',
    /\breviews?\b|maintenance of|document control|revision|continuous improvement|update (?:triggers?|schedule)/i,
  ],
  [
    'process',
    /process|procedure|respon|phase|\bsteps?\b|triage|assess|investigat|mitigat|contain|eradicat|recover|resol|checklist|workflow|declar|initiat|immediate|verif|validat|communicat|actions?\b|notif|prepar|testing|remediat|clos(?:e|ure)|\bduring\b|\bbefore\b|\bafter\b|what to do|first \d+/i,
  ],
  ['overview', /overview|introduction|purpose|\bscope\b|about|summary|background|objectives?/i],
]

/** Topics whose sections keep what is below them, but for a few. */
const within: Partial<Record<Topic, readonly Topic[]>> = {
  roles: ['templates'],
  runbooks: ['templates'],
  templates: [],
  severity: ['escalation', 'runbooks', 'contacts'],
  contacts: ['channels', 'oncall', 'escalation'],
  oncall: ['escalation', 'contacts', 'access', 'channels'],
  postmortem: ['templates', 'reviews', 'measures'],
  access: [],
  commands: [],
}

/** Whether a heading is the plan's own title: it says what the whole is, not what its first part is about. */
export function isTitle(section: Section, among: readonly Section[]): boolean {
  return section.level === 1 && !among.some((one) => one !== section && one.level === 1)
}

/** The topic of a section, given the one it stands in. */
export function topicOf(title: string, outer: Topic): Topic {
  const own = rules.find(([, rule]) => rule.test(title))?.[0]
  if (own === undefined) return outer
  const allowed = within[outer]
  return allowed === undefined || allowed.includes(own) ? own : outer
}
