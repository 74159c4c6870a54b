/** A small playbook that is right; tests change one thing in it and look at what is said. */
export const sample = `id: sample
product: Sample
title: Sample playbook
purpose: Shows every form once.
src: [X-01]
severities:
  - {key: MINOR, rank: 2, name: Minor, definition: [a little], response: {rule: scheduled}}
  - {key: MAJOR, rank: 1, name: Major, alias: Bad, definition: [a lot], response: {within: 15m, bound: exclusive, word: immediate}}
response: {from: alert_fired, until: first_action, basis: stated}
clocks:
  - {id: ack, label: Acknowledge, from: alert_fired, until: acknowledged, target: 5m, bound: inclusive, basis: stated}
cadences:
  - {id: team, audience: internal, label: Team, every: {local: 20m, by: Kim}, when: {status: [mitigating]}}
phases:
  - {id: first, name: First, order: 1, window: {from: 0m, to: 15m}, base: alert_fired}
  - {id: second, name: Second, order: 2, window: {from: 15m, to: null}, base: alert_fired}
checklists:
  - id: start
    title: Start
    phase: first
    ordered: true
    when: {any: [{severity: [MAJOR]}, {not: {flag: harmless}}, {all: [{open: true}, {acked: false}]}]}
    items:
      - {id: look, text: Look, clock: ack, src: X-02.1}
      - id: tell
        text: Tell
        optional: true
        cadence: team
        children:
          - {id: tell-team, text: The team, src: [X-02.2, X-02.3]}
roles:
  - {id: ic, kind: commander, name: Commander, short: IC, duties: [decides], basis: stated}
  - {id: scribe, kind: scribe, name: Scribe, short: Scribe, duties: [writes], basis: local}
flags:
  - {id: harmless, question: Is it harmless?}
sections:
  - {id: summary, title: Summary, hint: In a sentence}
statusLabels: {resolved: Done}
postIncident:
  - {id: report, label: Report, within: {unset: true}, from: resolved}
notStated: [Nearly everything]
`
