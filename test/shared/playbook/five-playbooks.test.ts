import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadPlaybook, problemLines } from '../../../shared/playbook/load.ts'
import type { Checklist, Figure, Playbook, ResponseTarget } from '../../../shared/playbook/model.ts'

/**
 * The figures below are written by hand from the five documents, not taken from the YAML: a slip in a file
 * must show here. Times in minutes.
 */
const folder = fileURLToPath(new URL('../../../shared/playbooks/', import.meta.url))
const all = new Map<string, Playbook>(
  readdirSync(folder).map((name) => {
    const result = loadPlaybook(readFileSync(folder + name, 'utf8'), name)
    if (!result.ok) throw new Error(problemLines(name, result.problems).join('\n'))
    return [result.playbook.id, result.playbook]
  }),
)

function playbook(id: string): Playbook {
  const found = all.get(id)
  if (found === undefined) throw new Error(`There is no playbook ${id}.`)
  return found
}

const m = 60_000
const stated = (minutes: number): Figure => ({ kind: 'stated', ms: minutes * m })
const unset: Figure = { kind: 'unset' }
const within = (minutes: number, bound: 'inclusive' | 'exclusive', word?: string): ResponseTarget => ({
  kind: 'within',
  target: stated(minutes),
  bound,
  ...(word === undefined ? {} : { word }),
})

it('there are five, each under its own name', () => {
  expect([...all.keys()].sort()).toEqual([
    'agent-factory',
    'agent-lab',
    'agent-network',
    'agent-platform',
    'freeagentics',
  ])
})

describe('severities and response targets', () => {
  it.each<[string, [key: string, name: string, ResponseTarget][]]>([
    [
      'agent-lab',
      [
        ['P0', 'Critical', unset],
        ['P1', 'High', unset],
        ['P2', 'Medium', unset],
        ['P3', 'Low', unset],
      ],
    ],
    [
      'agent-factory',
      [
        ['P0', 'Critical', unset],
        ['P1', 'High', unset],
        ['P2', 'Medium', unset],
        ['P3', 'Low', unset],
      ],
    ],
    [
      'agent-platform',
      [
        ['P0', 'Critical', within(15, 'inclusive')],
        ['P1', 'High', within(30, 'inclusive')],
        ['P2', 'Medium', within(120, 'inclusive')],
        ['P3', 'Low', within(1440, 'inclusive')],
      ],
    ],
    [
      'agent-network',
      [
        ['P1', 'Critical', within(15, 'inclusive')],
        ['P2', 'High', within(60, 'inclusive')],
        ['P3', 'Medium', within(240, 'inclusive')],
        ['P4', 'Low', { kind: 'scheduled' }],
      ],
    ],
  ])('%s', (id, expected) => {
    expect(playbook(id).severities.map((s) => [s.key, s.rank, s.name, s.response])).toEqual(
      expected.map(([key, name, response], i) => [key, i + 1, name, response]),
    )
  })

  it('freeagentics: under, not within; the last one by the next business day, its end assumed', () => {
    const { severities } = playbook('freeagentics')
    expect(severities.map((s) => [s.key, s.rank, s.name, s.alias])).toEqual([
      ['SEV-1', 1, 'Critical', 'System Down'],
      ['SEV-2', 2, 'Major', 'Severe Degradation'],
      ['SEV-3', 3, 'Minor', 'Limited Impact'],
      ['SEV-4', 4, 'Low', 'Minimal Impact'],
    ])
    expect(severities.slice(0, 3).map((s) => s.response)).toEqual([
      within(15, 'exclusive', 'immediate'),
      within(30, 'exclusive'),
      within(120, 'exclusive'),
    ])
    expect(severities[3]?.response).toMatchObject({ kind: 'next-business-day', by: 'end', basis: 'assumed' })
    expect(severities.map((s) => s.examples.length)).toEqual([4, 4, 3, 3])
  })

  it('agent-platform gives two examples a severity; agent-network its eight types of incident', () => {
    expect(playbook('agent-platform').severities.map((s) => s.examples.length)).toEqual([2, 2, 2, 2])
    expect(playbook('agent-network').severities.map((s) => s.examples.length)).toEqual([4, 2, 1, 1])
  })

  it.each([...all.keys()])(
    '%s: the response clock stops at the first action, and says it is assumed',
    (id) => {
      expect(playbook(id).response).toMatchObject({
        from: 'alert_fired',
        until: 'first_action',
        basis: 'assumed',
      })
      expect(playbook(id).response.why).toBeTruthy()
    },
  )
})

describe('clocks', () => {
  it.each<[string, Figure['kind'], number | null, 'inclusive' | 'exclusive', string]>([
    ['agent-lab', 'stated', 5, 'inclusive', 'stated'],
    ['agent-factory', 'assumed', 5, 'inclusive', 'assumed'],
    ['agent-platform', 'stated', 5, 'inclusive', 'stated'],
    ['freeagentics', 'stated', 5, 'exclusive', 'stated'],
    ['agent-network', 'unset', null, 'inclusive', 'local'],
  ])('%s: acknowledging is %s', (id, kind, minutes, bound, basis) => {
    const clock = playbook(id).clocks.find((one) => one.id === 'ack')
    expect(clock).toMatchObject({ from: 'alert_fired', until: 'acknowledged', bound, basis })
    expect(clock?.target.kind).toBe(kind)
    expect(clock?.target.kind === 'unset' ? null : clock?.target.ms).toBe(
      minutes === null ? null : minutes * m,
    )
    expect(clock?.when).toBeUndefined()
  })

  it('freeagentics watches 15 minutes after the fix; nobody else has another clock', () => {
    expect(playbook('freeagentics').clocks.map((clock) => clock.id)).toEqual(['ack', 'post-fix-watch'])
    expect(playbook('freeagentics').clocks[1]).toMatchObject({
      from: 'fix_deployed',
      until: 'elapsed',
      target: stated(15),
      basis: 'stated',
    })
    for (const id of ['agent-lab', 'agent-factory', 'agent-platform', 'agent-network'])
      expect(playbook(id).clocks).toHaveLength(1)
  })
})

describe('update cadences', () => {
  it.each(['agent-lab', 'agent-factory', 'agent-network'])('%s states no interval', (id) => {
    expect(playbook(id).cadences.map((c) => [c.audience, c.every, c.soft, c.orOnNews])).toEqual([
      ['internal', unset, false, false],
    ])
  })

  it('agent-platform: the public page each 30 minutes or on news, for P0 and P1', () => {
    expect(playbook('agent-platform').cadences).toMatchObject([
      {
        audience: 'public',
        every: stated(30),
        soft: false,
        orOnNews: true,
        when: { kind: 'severity', keys: ['P0', 'P1'] },
      },
    ])
  })

  it('freeagentics: the team each 30 minutes while mitigating, customers about hourly for SEV-1 and SEV-2', () => {
    expect(playbook('freeagentics').cadences).toMatchObject([
      {
        audience: 'internal',
        every: stated(30),
        soft: false,
        orOnNews: false,
        when: { kind: 'status', statuses: ['mitigating'] },
      },
      {
        audience: 'customers',
        every: stated(60),
        soft: true,
        orOnNews: false,
        when: { kind: 'severity', keys: ['SEV-1', 'SEV-2'] },
      },
    ])
  })
})

describe('phases', () => {
  const windows = (id: string) =>
    playbook(id).phases.map(({ window, base }) =>
      window.kind === 'window'
        ? [window.fromMs / m, window.toMs === null ? null : window.toMs / m, base]
        : window.kind,
    )

  it('agent-lab: four windows, the last without an end', () => {
    expect(windows('agent-lab')).toEqual([
      [0, 15, 'alert_fired'],
      [15, 60, 'alert_fired'],
      [60, 240, 'alert_fired'],
      [240, null, 'alert_fired'],
    ])
  })

  it('agent-factory: five steps, the third immediate, the fifth within 24 hours of the resolution', () => {
    expect(windows('agent-factory')).toEqual([
      [0, 5, 'alert_fired'],
      [5, 30, 'alert_fired'],
      'immediate',
      [30, 120, 'alert_fired'],
      [0, 1440, 'resolved'],
    ])
  })

  it('freeagentics: only the first has a window; agent-platform and agent-network have none', () => {
    expect(windows('freeagentics')).toEqual([[0, 15, 'alert_fired'], 'none', 'none', 'none'])
    expect(windows('agent-platform')).toEqual(Array(5).fill('none'))
    expect(windows('agent-network')).toEqual(Array(8).fill('none'))
  })
})

describe('after the incident', () => {
  it.each<[string, [id: string, Figure][]]>([
    ['agent-lab', [['post-mortem-meeting', stated(24 * 60)]]],
    [
      'agent-factory',
      [
        ['post-incident-work', stated(24 * 60)],
        ['post-mortem-meeting', stated(48 * 60)],
      ],
    ],
    [
      'agent-platform',
      [
        ['report', stated(48 * 60)],
        ['post-mortem-meeting', unset],
      ],
    ],
    [
      'freeagentics',
      [
        ['initial-report', stated(24 * 60)],
        ['draft-post-mortem', stated(3 * 24 * 60)],
        ['review-meeting', stated(5 * 24 * 60)],
        ['action-items', stated(7 * 24 * 60)],
      ],
    ],
    ['agent-network', [['post-mortem-meeting', unset]]],
  ])('%s', (id, expected) => {
    expect(playbook(id).postIncident.map((one) => [one.id, one.within])).toEqual(expected)
    for (const one of playbook(id).postIncident) expect(one.from).toBe('resolved')
  })

  it('only agent-network limits the post-mortem to some severities', () => {
    const limited = [...all.values()].flatMap((one) => one.postIncident.filter((d) => d.when !== undefined))
    expect(limited.map((one) => one.when)).toEqual([{ kind: 'severity', keys: ['P1', 'P2'] }])
  })
})

/** `facts('AL-08', 5)`: AL-08.1 to AL-08.5. */
const facts = (id: string, count: number, first = 1) =>
  Array.from({ length: count }, (_, i) => `${id}.${first + i}`)

const items = (checklist: Checklist) => checklist.items.flatMap((item) => [item, ...item.children])

describe('checklists hold every item of their document, in its order', () => {
  it.each<[string, Record<string, string[]>]>([
    [
      'agent-lab',
      {
        'immediate-actions': facts('AL-09', 4),
        'initial-assessment': facts('AL-08', 5),
        'temporary-mitigations': facts('AL-14', 4),
        'recovery-validation': facts('AL-20', 5),
        'post-recovery-testing': facts('AL-45', 6),
        'regression-testing': facts('AL-46', 4),
        remediation: facts('AL-24', 5),
      },
    ],
    [
      'agent-factory',
      {
        'acknowledge-assess': facts('AF-11', 2),
        'assess-dashboards': facts('AF-12', 4),
        'investigate-monitoring': [
          'AF-16',
          ...facts('AF-16', 3),
          'AF-17',
          ...facts('AF-17', 3),
          'AF-18',
          ...facts('AF-18', 3),
          'AF-19',
          ...facts('AF-19', 2),
        ],
        'check-database': facts('AF-20', 4),
        'check-api': facts('AF-21', 3),
        'check-deployment': facts('AF-22', 3),
        'resolve-root-cause': facts('AF-30', 3),
        'resolve-fix': facts('AF-31', 5),
        'resolve-deploy': facts('AF-32', 4),
        'resolve-verify': facts('AF-33', 4),
      },
    ],
    [
      'agent-platform',
      {
        triage: facts('AP-15', 6),
        'security-immediate': facts('AP-33', 6),
        resolution: facts('AP-18', 6),
      },
    ],
    [
      'freeagentics',
      {
        'initial-response': facts('FA-14', 5),
        immediate: facts('FA-26', 7),
        investigation: [...facts('FA-27', 5), 'FA-28', ...facts('FA-28', 3), ...facts('FA-29', 2)],
        mitigation: facts('FA-30', 5),
        verification: facts('FA-31', 5),
      },
    ],
    [
      'agent-network',
      {
        classify: [...facts('AN-08', 4), ...facts('AN-09', 4)],
        initiate: [...facts('AN-10', 4), ...facts('AN-11', 5)],
        response: facts('AN-12', 4),
        escalate: [...facts('AN-13', 2), ...facts('AN-14', 4), ...facts('AN-15', 3)],
        resolve: [...facts('AN-16', 4), ...facts('AN-17', 6)],
        postmortem: [...facts('AN-19', 5), ...facts('AN-20', 7)],
        'dr-assess': [...facts('AN-21', 4), ...facts('AN-22', 4), ...facts('AN-23', 4)],
      },
    ],
  ])('%s', (id, expected) => {
    const found = playbook(id).checklists.map((list) => [list.id, items(list).map((item) => item.src[0])])
    expect(Object.fromEntries(found)).toEqual(expected)
  })

  it('the analysis list of agent-network and its procedure are one list', () => {
    const list = playbook('agent-network').checklists.find((one) => one.id === 'postmortem')
    expect(list?.items.flatMap((item) => item.src.slice(1))).toEqual([
      ...facts('AN-35', 3),
      ...facts('AN-36', 5),
      ...facts('AN-37', 3),
    ])
  })

  it('dashboards and logs of freeagentics are nested: four and three under their items', () => {
    const list = playbook('freeagentics').checklists.find((one) => one.id === 'investigation')
    expect(list?.items.map((item) => item.children.length)).toEqual([4, 3, 0, 0])
  })

  it('what depends on something says so', () => {
    const conditional = [...all.values()].flatMap((one) =>
      one.checklists.flatMap((list) => [
        ...(list.when === undefined ? [] : [[`${one.id}: ${list.id}`, list.when]]),
        ...items(list).flatMap((item) =>
          item.when === undefined ? [] : [[`${one.id}: ${item.id}`, item.when]],
        ),
      ]),
    )
    const flag = (id: string) => ({ kind: 'flag', id })
    const severity = (...keys: string[]) => ({ kind: 'severity', keys })
    expect(Object.fromEntries(conditional)).toEqual({
      'agent-platform: security-immediate': flag('security'),
      'freeagentics: initial-response/channel': severity('SEV-1', 'SEV-2'),
      'freeagentics: immediate/channel': severity('SEV-1', 'SEV-2'),
      'freeagentics: immediate/status-page': flag('customer_facing'),
      'freeagentics: mitigation/rollback': flag('recent_deploy'),
      'agent-network: initiate/status-page': flag('user_impacting'),
      'agent-network: resolve/status-page': flag('user_impacting'),
      'agent-network: resolve/post-mortem': severity('P1', 'P2'),
      'agent-network: postmortem': severity('P1', 'P2'),
      'agent-network: dr-assess': flag('severe'),
    })
  })

  it('watching after the fix is a timer, telling progress repeats', () => {
    const list = (id: string) => playbook('freeagentics').checklists.find((one) => one.id === id)?.items ?? []
    expect(list('verification').find((item) => item.id === 'verification/watch')?.clock).toBe(
      'post-fix-watch',
    )
    expect(list('mitigation').find((item) => item.id === 'mitigation/progress')?.cadence).toBe('internal')
  })
})

describe('items that tick themselves', () => {
  it('are those whose own words name what Muster can see', () => {
    const bound = [...all.values()].flatMap((one) =>
      one.checklists.flatMap((list) =>
        items(list).flatMap((item) =>
          item.bind === undefined ? [] : [[`${one.id}: ${item.id}`, item.bind]],
        ),
      ),
    )
    const fact = (name: string) => ({ kind: 'fact', fact: name })
    const update = (audience: string, ...after: string[]) => ({ kind: 'update', audience, after })
    expect(Object.fromEntries(bound)).toEqual({
      'agent-lab: immediate-actions/acknowledge': fact('acknowledged'),
      'agent-lab: immediate-actions/timeline': fact('timeline-begun'),
      'agent-factory: acknowledge-assess/acknowledge': fact('acknowledged'),
      'agent-factory: acknowledge-assess/severity': fact('severity-set'),
      'agent-platform: triage/severity': fact('severity-set'),
      'freeagentics: initial-response/acknowledge': fact('acknowledged'),
      'freeagentics: initial-response/judge-severity': fact('severity-set'),
      'freeagentics: immediate/acknowledge': fact('acknowledged'),
      'freeagentics: immediate/commander': fact('commander-assigned'),
      'freeagentics: immediate/status-page': update('customers'),
      'freeagentics: verification/status-page': update('customers', 'mitigated', 'fix_deployed', 'resolved'),
      'agent-network: classify/severity': fact('severity-set'),
      'agent-network: initiate/identifier': fact('declared'),
      'agent-network: initiate/commander': fact('commander-assigned'),
      'agent-network: initiate/timeline': fact('timeline-begun'),
      'agent-network: escalate/commander': fact('command-handed-over'),
      'agent-network: resolve/status': fact('resolved'),
    })
  })
})

describe('roles', () => {
  const roles = (id: string) => playbook(id).roles.map((role) => [role.short, role.kind, role.basis])

  it('freeagentics names four, agent-network five and gets a scribe of ours', () => {
    expect(roles('freeagentics')).toEqual([
      ['IC', 'commander', 'stated'],
      ['TL', 'technical', 'stated'],
      ['CL', 'communications', 'stated'],
      ['Scribe', 'scribe', 'stated'],
    ])
    expect(roles('agent-network')).toEqual([
      ['IC', 'commander', 'stated'],
      ['TL', 'technical', 'stated'],
      ['CL', 'communications', 'stated'],
      ['Ops', 'operations', 'stated'],
      ['Security', 'security', 'stated'],
      ['Scribe', 'scribe', 'local'],
    ])
    expect(playbook('freeagentics').roles.map((role) => role.duties.length)).toEqual([3, 4, 4, 4])
    expect(playbook('freeagentics').roles.map((role) => role.usually)).toEqual([
      'A senior engineer or a lead',
      undefined,
      undefined,
      undefined,
    ])
    expect(playbook('agent-network').roles.map((role) => role.duties.length)).toEqual([3, 3, 3, 3, 3, 1])
  })

  it.each(['agent-lab', 'agent-factory', 'agent-platform'])(
    '%s names none: all are ours, and say so',
    (id) => {
      expect(playbook(id).roles.map((role) => [role.kind, role.basis, role.src])).toEqual([
        ['commander', 'local', []],
        ['technical', 'local', []],
        ['communications', 'local', []],
        ['scribe', 'local', []],
      ])
    },
  )
})

describe('every playbook', () => {
  const prefixes: Record<string, string> = {
    'agent-lab': 'AL',
    'agent-factory': 'AF',
    'agent-platform': 'AP',
    freeagentics: 'FA',
    'agent-network': 'AN',
  }

  it.each([...all.keys()])('%s says where each part comes from, in its own document only', (id) => {
    const one = playbook(id)
    const parts = [
      one,
      ...one.severities,
      ...one.cadences,
      ...one.phases,
      ...one.checklists,
      ...one.checklists.flatMap(items),
      ...one.flags,
      ...one.sections,
      ...one.postIncident,
      ...[...one.clocks, ...one.roles].filter((part) => part.basis !== 'local'),
    ]
    for (const part of parts) {
      expect(part.src, JSON.stringify(part)).not.toEqual([])
      for (const fact of part.src) expect(fact).toMatch(new RegExp(`^${prefixes[id]}-\\d\\d(\\.\\d\\d?)?$`))
    }
  })

  it.each([...all.keys()])(
    '%s has document sections, no timeline among them, and says what it leaves open',
    (id) => {
      const one = playbook(id)
      expect(one.sections.length).toBeGreaterThanOrEqual(6)
      expect(one.sections.map((section) => section.title)).not.toContain('Timeline')
      expect(one.sections.some((section) => section.id === 'summary')).toBe(true)
      expect(one.sections.some((section) => section.id === 'impact')).toBe(true)
      expect(one.notStated.length).toBeGreaterThan(0)
    },
  )

  it('labels statuses in the words of its document', () => {
    expect(playbook('agent-lab').statusLabels).toEqual({
      investigating: 'Active',
      mitigating: 'Active',
      monitoring: 'Active',
      resolved: 'Resolved',
    })
    for (const id of ['agent-factory', 'freeagentics'])
      expect(playbook(id).statusLabels).toEqual({
        investigating: 'Investigating',
        mitigating: 'Mitigating',
        resolved: 'Resolved',
      })
    expect(playbook('agent-platform').statusLabels).toEqual({})
    expect(playbook('agent-network').statusLabels).toEqual({ resolved: 'Resolved' })
  })

  it('asks its own triage questions', () => {
    expect(Object.fromEntries([...all].map(([id, one]) => [id, one.flags.map((flag) => flag.id)]))).toEqual({
      'agent-lab': ['security', 'data_loss', 'code_or_deploy', 'user_impacting', 'github_down'],
      'agent-factory': [
        'security',
        'data_loss_risk',
        'users_affected',
        'all_users',
        'service_unavailable',
        'customer_data_at_risk',
        'customer_data_loss',
        'breach_confirmed',
        'breach_data_exposed',
        'legal_issue',
        'cause_fixed',
      ],
      'agent-platform': ['security', 'service_unavailable', 'significant'],
      freeagentics: ['customer_facing', 'security_breach', 'data_breach', 'recent_deploy'],
      'agent-network': ['user_impacting', 'security', 'severe'],
    })
  })
})
