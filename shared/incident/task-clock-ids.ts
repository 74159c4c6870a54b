/** Ids of the clocks that belong to a task: somebody's timer at it, and what the playbook has it repeat by. */
export const timerId = (task: string) => `timer/${task}`
export const roundId = (task: string) => `round/${task}`

/** The task of such a clock, or null where the clock is another's. */
export function taskOfClock(clock: string): string | null {
  return /^(?:timer|round)\/(.+)$/.exec(clock)?.[1] ?? null
}
