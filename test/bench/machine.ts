import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const ticksPerSecond = 100

/** How busy the machine was with other things, and what one process of ours took; both in cores. */
export interface Load {
  foreign: number
  server: number
}

interface Sample {
  at: number
  busy: number
  own: Map<number, number>
}

/**
 * Watches /proc for what does not belong to `pids` (the first is the server). Elsewhere than on Linux nothing
 * is known and both figures are NaN. `pids` is asked at both ends: connections come and go.
 */
export function watchLoad(pids: () => number[]): () => Load {
  const start = sample(pids())
  return () => {
    const end = sample([...start.own.keys(), ...pids()])
    const seconds = (end.at - start.at) / 1000
    const used = (pid: number) => (end.own.get(pid) ?? 0) - (start.own.get(pid) ?? 0)
    let own = 0
    for (const pid of end.own.keys()) own += Math.max(0, used(pid))
    const busy = end.busy - start.busy
    const server = pids()[0] ?? -1
    return {
      foreign: round(Math.max(0, busy - own) / ticksPerSecond / seconds),
      server: round(used(server) / ticksPerSecond / seconds),
    }
  }
}

/** What a process has taken of the cores since it began, in s; 0 where /proc does not tell. */
export function cpuSeconds(pid: number): number {
  return ticksOf(pid) / ticksPerSecond
}

export const cores = cpus().length

function sample(pids: number[]): Sample {
  const own = new Map<number, number>()
  for (const pid of new Set(pids)) own.set(pid, ticksOf(pid))
  return { at: performance.now(), busy: busyTicks(), own }
}

/** user, nice, system, irq, softirq and steal of all cores together. */
function busyTicks(): number {
  try {
    const [, ...fields] = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/) ?? []
    const [user, nice, system, , , irq, softirq, steal] = fields.map(Number)
    return (user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0) + (steal ?? 0)
  } catch {
    return Number.NaN
  }
}

function ticksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
