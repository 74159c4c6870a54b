import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginNight, type Night } from './night/night.ts'
import { acts } from './night/story.ts'
import { coordination, payments, shortened, type Told, told } from './night/told.ts'

const minuteMs = 60_000

describe('a night of four people, a phone and a wall, two incidents under two playbooks', () => {
  let night: Night
  let failed = false
  beforeAll(async () => {
    night = await beginNight()
  })
  afterAll(async () => {
    await night?.end()
  })

  for (const act of acts)
    it(`${act.minute} min: ${act.title}`, async ({ onTestFailed }) => {
      // Each act counts on those before it: the rest could only fail for the same reason, slowly.
      onTestFailed(() => {
        failed = true
      })
      if (failed) throw new Error('An act before this one failed.')
      await night.minute(act.minute)
      await act.play(night)
    })

  const three = (rows: readonly Told[]) => {
    const first = rows[0]?.at ?? 0
    return Math.floor(first / 86_400_000) * 86_400_000 + 180 * minuteMs
  }

  function expectStory(markdown: string, story: typeof coordination): Told[] {
    const rows = told(markdown)
    // Every act, none twice, none that did not happen, and by whom.
    expect(rows.map((row) => shortened(row.text))).toEqual(story.map(([, text]) => text))
    const begin = three(rows)
    for (const [i, row] of rows.entries()) {
      expect(row.at, row.text).toBeGreaterThanOrEqual(rows[i - 1]?.at ?? 0)
      expect(row.recorded, row.text).toBeGreaterThanOrEqual(row.at)
      const minute = (row.at - begin) / minuteMs
      expect(minute, row.text).toBeGreaterThanOrEqual(story[i]?.[0] ?? 0)
      expect(minute, row.text).toBeLessThan((story[i]?.[0] ?? 0) + 1.5)
    }
    // Times of day are UTC and say so, everywhere but in people's own words.
    for (const line of markdown.split('\n').filter((text) => !text.trimStart().startsWith('>')))
      expect(line.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '')).not.toMatch(/\d\d:\d\d:\d\d/)
    return rows
  }

  it('is told truthfully by the export of the incident that was met in time', async () => {
    const markdown = await night.exported(night.rooms.coordination)
    const rows = expectStory(markdown, coordination)
    const find = (words: string) => {
      const row = rows.find((r) => r.text.includes(words))
      if (row === undefined) throw new Error(`nothing told of ${words}`)
      return row
    }
    // Both times of what was dated back, quoted, or made offline.
    const restarted = find('Restarted the API')
    expect(Math.round((restarted.recorded - restarted.at) / 1000)).toBeGreaterThanOrEqual(299)
    expect(Math.round((restarted.recorded - restarted.at) / 1000)).toBeLessThanOrEqual(302)
    for (const [words, minute] of [
      ['Coordinator 2 is stuck', 2],
      ['So is coordinator 5', 4],
    ] as const) {
      expect(find(words).at).toBe(three(rows) + minute * minuteMs)
      expect(find(words).recorded).toBeGreaterThanOrEqual(three(rows) + 8 * minuteMs)
    }
    expect(rows.filter((row) => row.offline).map((row) => row.text.split(' > ')[0])).toEqual([
      'action #, Tomás Rivera',
      'Tomás Rivera ticked “Resource use checked”',
      'chat #, Maya Okafor',
    ])
    for (const row of rows.filter((r) => r.offline))
      expect(row.recorded).toBeGreaterThanOrEqual(three(rows) + 14 * minuteMs)

    expect(markdown).toMatch(
      /\| Acknowledge \| declared [^|]* \| under 5 min \| [^|]* \| met [^|]* \| never \|/,
    )
    expect(markdown).toMatch(/\| Severity \| SEV-1 Critical \|\n\| Status \| Closed since /)
    expect(markdown).toMatch(
      /- Incident Commander: Maya Okafor since \S+ 03:26:\d\d UTC\n {2}- Priya Nair: \S+ 03:02:\d\d UTC to \S+ 03:26:\d\d UTC\n/,
    )
    expect(markdown.match(/- Scribe: Lena Brandt since \S+ 03:02:\d\d UTC/g)).toHaveLength(1)
    const done = markdown.match(/^\s*- \[x\] [^(]*(?= \()/gm)?.map((line) => line.trim().slice(6))
    expect(done).toEqual([
      'On-call has acknowledged it',
      'Judge how severe it is',
      'Alert acknowledged',
      'Severity and impact judged',
      'Someone is Incident Commander',
      'Monitoring tools open and being read',
      'Recent deploys and changes looked at',
      'Status page updated',
      'Resource use checked',
      'Think about rolling back',
      // It repeats, and was done once: the update to the team.
      'Tell how it goes every 30 minutes',
      'Metrics are going back to normal',
      'Synthetic monitoring agrees',
      'The journeys that matter most work',
    ])
    // The document holds every word once, whoever wrote it, online or not.
    const [, document = ''] = markdown.split('\n## Document\n')
    for (const words of [
      '> No new coalition has formed since 03:00 UTC.\n',
      '> 212 of 214 workspaces cannot start a multi-agent run.\n',
      '> Since 4.18.0 a holder that dies keeps its lock for ever.\n',
      '> Coordinators 2 and 5 are on 4.17.3.',
      '> ```\n> 03:01:12 ERROR lock wait timeout key=coalition:lock:7f3a\n> ```\n',
      '> Finish Think about rolling back (done) then watch.\n',
    ])
      expect(document.split(words).length - 1, words).toBe(1)
  })

  it('is told truthfully by the export of the incident that was met late', async () => {
    const markdown = await night.exported(night.rooms.payments)
    const rows = expectStory(markdown, payments)
    expect(rows.map((row) => row.text)).toContainEqual(
      expect.stringMatching(/^Acknowledge: late by [12] min/),
    )
    expect(markdown).toMatch(
      /\| Acknowledge \| declared [^|]* \| within 5 min \| \S+ (03:21:\d\d) UTC \| late by [12] min[^|]*, \S+ 03:2[34]:\d\d UTC \| \S+ \1 UTC \|/,
    )
    expect(markdown).toMatch(/- Technical Lead \(not from this playbook\): vacant\n/)
    expect(markdown).toContain('| Blameless post-mortem meeting | resolved ')
    expect(markdown).toContain('| no target stated | none | no target stated | never |')
  })
})
