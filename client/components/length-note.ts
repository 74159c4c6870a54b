/** Fewer characters left than this are worth saying. */
const worthSaying = 30

/** How much room a text has left, or how much it is over; null while there is plenty. Lengths as the server counts. */
export function lengthNote(text: string, limit: number): { text: string; over: boolean } | null {
  const left = limit - text.trim().length
  if (left < 0) return { text: `${counted(-left)} too many. ${limit} are the most.`, over: true }
  return left <= worthSaying ? { text: `${counted(left)} left`, over: false } : null
}

function counted(characters: number): string {
  return `${characters} ${characters === 1 ? 'character' : 'characters'}`
}
