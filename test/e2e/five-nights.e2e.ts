import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { PlaybookNight } from './nights/playbook-night.ts'

// One incident under each shipped playbook, from its declaration to its end, on a running server whose clock is
// moved. The minutes are those of the documents, written by hand; the ids in brackets are theirs.

const day = 24 * 60
let server: RunningServer
let token = ''

beforeAll(async () => {
  server = await startServer({ env: { MUSTER_TEST_CLOCK: '1' } })
  const body = { name: 'Maya Lindqvist', role: 'administrator' }
  const { id } = await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/people', body)
  const session = await rest<{ token: string }>(
    server.url,
    server.rootToken,
    'POST',
    `/api/people/${id}/sessions`,
  )
  token = session.token
})
afterAll(async () => {
  await server?.stop()
})

const declare = (playbook: string, severity: string) =>
  PlaybookNight.declare(server, token, { playbook, severity, title: 'Nothing answers' })

describe('a night under each playbook, to the minute', () => {
  it('freeagentics: levels by the clock, two kinds of updates, a watch that begins again, four debts', async () => {
    const night = await declare('freeagentics', 'SEV-1')
    await night.act('role.take', { role: 'ic' })
    // (FA-14.2, FA-04.1, FA-24.7)
    expect(await night.due()).toMatchObject({ ack: 5, response: 15, 'update/customers': 60 })
    await night.go(4)
    await night.act('incident.acknowledge')
    await night.go(10)
    await night.act('incident.respond')
    await night.go(14.99)
    expect(await night.kept()).toEqual(['0 call levels/l1', '4 met ack', '10 met response'])
    await night.go(20)
    await night.act('flag.set', { flag: 'customer_facing', value: 'yes' })
    await night.go(40)
    await night.act('status.set', { to: 'mitigating', reason: 'Rolling back' })
    // Progress is told every 30 minutes while mitigating (FA-30.5).
    expect(await night.due()).toMatchObject({ 'update/internal': 70, 'update/customers': 60 })
    await night.go(55)
    await night.act('entry.add', { kind: 'communication', text: 'We are on it', audience: 'customers' })
    expect(await night.due()).toMatchObject({ 'update/customers': 115 })
    await night.go(80)
    await night.act('time.set', { time: 'fix_deployed', at: await night.at(80), reason: 'Rolled back' })
    expect(await night.due()).toMatchObject({ 'post-fix-watch': 95 })
    await night.go(85)
    await night.act('fix.regress', { reason: 'Errors are back' })
    await night.go(90)
    await night.act('time.set', { time: 'fix_deployed', at: await night.at(90), reason: 'A second fix' })
    // Watched for 15 minutes after the fix, counted anew (FA-31.4).
    expect(await night.due()).toMatchObject({ 'post-fix-watch': 105 })
    await night.tickAll('verification')
    await night.go(104)
    // An update of before the fix does not tell that it is over (FA-31.5).
    expect(await night.refused('status.set', { to: 'resolved', reason: 'Over' })).toContain('Status page')
    await night.act('entry.add', { kind: 'communication', text: 'It works again', audience: 'customers' })
    expect(await night.refused('status.set', { to: 'resolved', reason: 'Over' })).toContain(
      'Watch after the fix',
    )
    await night.go(106)
    await night.act('status.set', { to: 'resolved', reason: 'Rolled back', cause: 'A deploy' })
    // (FA-15 to FA-18: 0, 15, 30, and 60 only as customers notice)
    expect(await night.kept()).toEqual([
      '0 call levels/l1',
      '4 met ack',
      '10 met response',
      '15 over phase/immediate',
      '15 call levels/l2',
      '30 call levels/l3',
      '60 call levels/l4',
      '70 late update/internal',
      '105 over post-fix-watch',
    ])
    const minute = 60_000
    expect(await night.calls()).toEqual({ l1: 0, l2: 15 * minute, l3: 30 * minute, l4: 60 * minute })
    // (FA-32: 24 hours, 3, 5 and 7 days)
    expect(await night.owedAfter(106)).toEqual({
      'initial-report': day,
      'draft-post-mortem': 3 * day,
      'review-meeting': 5 * day,
      'action-items': 7 * day,
    })
    await night.go(106 + 25 * 60)
    expect((await night.kept()).at(-1)).toBe(`${106 + day} late after/initial-report`)
    await night.end(['initial-report', 'draft-post-mortem', 'review-meeting', 'action-items'])
  })

  it('agent-platform: nobody answers, the status page every 30 minutes, one report', async () => {
    const night = await declare('agent-platform', 'P1')
    // (AP-09, AP-03, AP-36.4)
    expect(await night.due()).toMatchObject({ ack: 5, response: 30, 'update/public': 30 })
    await night.go(12)
    await night.act('incident.acknowledge')
    await night.go(25)
    await night.act('incident.respond')
    await night.go(28)
    await night.act('entry.add', { kind: 'communication', text: 'We are on it', audience: 'public' })
    expect(await night.due()).toMatchObject({ 'update/public': 58 })
    await night.go(60)
    await night.act('entry.add', { kind: 'communication', text: 'Still on it', audience: 'public' })
    expect(await night.due()).toMatchObject({ 'update/public': 90 })
    await night.go(85)
    const early = await night.refused('status.set', { to: 'resolved', reason: 'Over' })
    await night.tick('resolution/monitor', 'resolution/confirm')
    await night.act('status.set', { to: 'resolved', reason: 'Scaled up' })
    expect(early).toContain('Before it is resolved')
    // Two who were not reached in time (AP-10, AP-11), and no one after the acknowledgement.
    expect(await night.kept()).toEqual([
      '0 call no-answer/primary',
      '5 call no-answer/secondary',
      '5 late ack',
      '10 call no-answer/lead',
      '12 met ack',
      '25 met response',
      '58 late update/public',
    ])
    // A report within 48 hours; the meeting has no deadline (AP-19.1, AP-19.2).
    expect(await night.owedAfter(85)).toEqual({ report: 2 * day, 'post-mortem-meeting': null })
    await night.end(['report', 'post-mortem-meeting'])
  })

  it('agent-factory: steps in their windows, an outage that calls one after the other', async () => {
    const night = await declare('agent-factory', 'P0')
    expect(await night.due()).toMatchObject({ ack: 5, response: null, 'update/internal': null })
    await night.go(4)
    await night.act('incident.acknowledge')
    await night.go(10)
    await night.act('flag.set', { flag: 'service_unavailable', value: 'yes' })
    await night.go(29.9)
    expect((await night.kept()).filter((line) => line.includes('call'))).toEqual([])
    await night.go(260)
    await night.act('flag.set', { flag: 'service_unavailable', value: 'no' })
    expect(await night.refused('status.set', { to: 'resolved', reason: 'Over' })).toContain(
      'Before it is resolved',
    )
    await night.tickAll('resolve-verify')
    await night.act('status.set', { to: 'resolved', reason: 'Rolled back' })
    // (AF-10, AF-15, AF-29; AF-56.1, AF-57.1; more than four hours since minute 10 for the CEO, AF-58.2)
    expect(await night.kept()).toEqual([
      '4 met ack',
      '5 over phase/acknowledge-assess',
      '30 over phase/investigate',
      '30 call engineering-lead/engineering-lead',
      '60 call cto/cto',
      '120 over phase/resolve',
      '250 call ceo/ceo',
      '260 met response',
    ])
    // (AF-34.2, AF-36.1)
    expect(await night.owedAfter(260)).toMatchObject({
      'post-incident-work': day,
      'post-mortem-meeting': 2 * day,
    })
    await night.end(['post-incident-work', 'post-mortem-meeting'])
  })

  it('agent-lab: four phases, contacts without minutes, and lists that stand before closing', async () => {
    const night = await declare('agent-lab', 'P0')
    expect(await night.due()).toMatchObject({ ack: 5, response: null, 'update/internal': null })
    await night.go(6)
    await night.act('incident.acknowledge')
    await night.go(50)
    // No minutes are stated for the second and third contact (AL-42): somebody decides.
    await night.act('escalation.press', { path: 'contacts', step: 'secondary', reason: 'Silence' })
    await night.go(250)
    expect(await night.refused('status.set', { to: 'resolved', reason: 'Over' })).toContain(
      'Before it is resolved',
    )
    await night.tickAll('recovery-validation')
    await night.act('status.set', { to: 'resolved', reason: 'Restored' })
    // (AL-02.2, AL-10.2, AL-15.2)
    expect(await night.kept()).toEqual([
      '0 call contacts/primary',
      '5 late ack',
      '6 met ack',
      '15 over phase/detection',
      '50 called by hand contacts/secondary',
      '60 over phase/containment',
      '240 over phase/recovery',
      '250 met response',
    ])
    // (AL-25.1)
    expect(await night.owedAfter(250)).toEqual({ 'post-mortem-meeting': day })
    expect(await night.refused('incident.close', { reason: 'Over' })).toContain('Before it is closed')
    await night.tickAll('post-recovery-testing', 'regression-testing', 'remediation')
    await night.end(['post-mortem-meeting'])
  })

  it('agent-network: who answered first decides whom to call, and nothing is counted that nobody stated', async () => {
    const night = await declare('agent-network', 'P1')
    // (AN-02.6; no minutes to acknowledge, to escalate or to update)
    expect(await night.due()).toMatchObject({ ack: null, response: 15, 'update/internal': null })
    await night.go(3)
    await night.act('incident.acknowledge')
    await night.act('responder.name', { position: 'on-call-engineer' })
    await night.go(14)
    await night.act('incident.respond')
    await night.go(120)
    // Team Lead, then Engineering Manager, then CTO, each by hand (AN-25.1).
    await night.act('escalation.press', {
      path: 'matrix-on-call-engineer-p1',
      step: '1-team-lead',
      reason: 'Stuck',
    })
    await night.go(130)
    expect(await night.refused('status.set', { to: 'resolved', reason: 'Over' })).toContain(
      'Before it is resolved',
    )
    await night.tick('resolve/verify')
    await night.act('status.set', { to: 'resolved', reason: 'Restarted' })
    expect(await night.kept()).toEqual([
      '3 met ack',
      '14 met response',
      '120 called by hand matrix-on-call-engineer-p1/1-team-lead',
    ])
    // Required for P1, with no deadline stated (AN-17.2, AN-18.1).
    expect(await night.owedAfter(130)).toEqual({ 'post-mortem-meeting': null })
    // What resolving asks for is done before it is closed, not only its status (AN-16, AN-17).
    await night.tickAll('resolve')
    await night.end(['post-mortem-meeting'])
  })
})
