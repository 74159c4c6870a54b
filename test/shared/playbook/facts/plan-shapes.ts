/** Conditions of escalation steps as a loaded playbook holds them. Times in ms. */
export const all = (...of: unknown[]) => ({ kind: 'all', of })
export const any = (...of: unknown[]) => ({ kind: 'any', of })
export const manual = { kind: 'manual' }
export const isOpen = { kind: 'is', condition: { kind: 'open', is: true } }
export const nobodyAcknowledged = { kind: 'is', condition: { kind: 'acknowledged', is: false } }
export const severity = (...keys: string[]) => ({ kind: 'is', condition: { kind: 'severity', keys } })
export const flag = (id: string) => ({ kind: 'is', condition: { kind: 'flag', id } })
export const sinceAlert = (ms: number) => ({
  kind: 'since',
  base: { kind: 'moment', moment: 'alert_fired' },
  figure: { kind: 'stated', ms },
  bound: 'gte',
})
export const outageOver = (ms: number) => ({
  kind: 'held',
  flag: 'service_unavailable',
  figure: { kind: 'stated', ms },
  bound: 'gt',
})
export const outageUnset = {
  kind: 'held',
  flag: 'service_unavailable',
  figure: { kind: 'unset' },
  bound: 'gte',
}
