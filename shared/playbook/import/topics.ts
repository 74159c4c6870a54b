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

/** In small letters, as the titles are that they are asked of. */
const rules: readonly [Topic, RegExp][] = [
  ['templates', /\btemplates?\b|\bsample (?:message|email|notification)|message formats?/],
  ['onboarding', /\bonboarding\b|new (?:team )?(?:members?|responders?|hires?)/],
  [
    'detection',
    /\bdetect|\balert (?:channels?|sources?)|sources of (?:alerts?|incidents?)|\bhow incidents are (?:found|reported)/,
  ],
  [
    'runbooks',
    /\brunbooks?$|\brunbooks? (?:index|library|list)|\bscenarios?\b|common (?:incidents?|issues?|problems?|failures?)(?! &| and checks)|troubleshooting|incident types? playbooks?|\bplaybooks$/,
  ],
  [
    'thresholds',
    /thresholds?|alert(?:ing)? (?:rules?|mapping|response|integration)|\balerts?$|key metrics to monitor|monitoring (?:and|&) alert|service level|\bslo\b|health metrics|to watch/,
  ],
  ['escalation', /escalat/],
  [
    'postmortem',
    /\bafterwards\b|after (?:the|an) incident|post[- ]?mortem|post[- ]?incident|retrospective|root[- ]cause analysis|lessons|after[- ]action|\brca\b|\bpir\b|debrief|blameless|timeline reconstruction/,
  ],
  ['severity', /severit|classif|\bpriorit(?:y|ies)\b|(?:incident|impact) levels?|incident categor/],
  ['measures', /\bmetrics?\b|\bkpis?\b|\bmeasur/],
  [
    'contacts',
    /\bcontacts?\b|phone (?:list|tree|numbers)|key personnel|directory|external resources|stakeholders$/,
  ],
  ['oncall', /\bon[- ]?call\b|\brotation\b|\brota\b|\bcoverage\b|support hours/],
  ['roles', /\broles?\b|responsibilit|(?:response|incident) team\b|team structure|who does what/],
  ['channels', /\bchannels?\b|communication (?:protocols?|methods?|tools)/],
  ['drills', /\bdrills?\b|\btraining\b|exercises?\b|game ?days?|tabletop|quarterly requirements/],
  ['access', /\baccess\b|\bpermissions?\b/],
  ['commands', /\bcommands?\b|cheat ?sheet/],
  [
    'tools',
    /\btools?\b|\blinks?\b|dashboards?|\breferences?\b|\burls?\b|\bscripts?\b|related (?:docs?|documents?|documentation)|see also|further reading|resources$/,
  ],
  [
    'reviews',
    /\breviews?\b|maintenance of|document control|revision|continuous improvement|update (?:triggers?|schedule)/,
  ],
  [
    'process',
    /process|procedure|respon|phase|\bsteps?\b|triage|assess|investigat|mitigat|contain|eradicat|recover|resol|checklist|workflow|declar|initiat|immediate|verif|validat|communicat|actions?\b|notif|prepar|testing|remediat|clos(?:e|ure)|\bduring\b|\bbefore\b|\bafter\b|what to do|first \d+/,
  ],
  ['overview', /overview|introduction|purpose|\bscope\b|about|summary|background|objectives?/],
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
  const plain = title.toLowerCase()
  const own = rules.find(([, rule]) => rule.test(plain))?.[0]
  if (own === undefined) return outer
  const allowed = within[outer]
  return allowed === undefined || allowed.includes(own) ? own : outer
}
