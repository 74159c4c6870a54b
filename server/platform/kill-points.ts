/**
 * Places at which a test may end the process with SIGKILL, to show that every one of them is safe.
 * Nothing happens unless a kill point was armed from the configuration.
 */
const KILL_POINTS = ['before-commit', 'in-commit', 'after-commit', 'checkpoint', 'snapshot'] as const

export type KillPoint = (typeof KILL_POINTS)[number]

export interface KillAt {
  point: KillPoint
  /** Die at this passing of the point, counted from 1. */
  passing: number
}

let armed: KillAt | undefined
let passings = 0

/** Reads `in-commit` or `in-commit:37`. Throws an Error that names the known points. */
export function parseKillAt(text: string): KillAt {
  const [name, count = '1'] = text.split(':')
  const point = KILL_POINTS.find((known) => known === name)
  const passing = Number(count)
  if (point === undefined || !Number.isInteger(passing) || passing < 1) {
    throw new Error(`kill point must be one of ${KILL_POINTS.join(', ')}, with :n for the n-th passing`)
  }
  return { point, passing }
}

/** Arms this thread (each thread counts for itself). `undefined` disarms. */
export function armKillPoint(killAt: KillAt | undefined): void {
  armed = killAt
  passings = 0
}

/** True while a kill at `point` is armed in this thread. */
export function isArmed(point: KillPoint): boolean {
  return armed?.point === point
}

/** Ends the process here and now when this passing of `point` is the armed one. */
export function killPoint(point: KillPoint): void {
  if (armed?.point !== point) return
  passings++
  if (passings === armed.passing) process.kill(process.pid, 'SIGKILL')
}
