/**
 * Who stands where in the row of those who are here, from the end of the row on. Whoever stays keeps their place: who
 * leaves from between others leaves a gap, which the next one fills, or who found no place within `shown`.
 */
export function presenceSlots(
  before: readonly (string | null)[],
  here: readonly string[],
  shown: number,
): (string | null)[] {
  const slots = before.slice(0, shown).map((id) => (id !== null && here.includes(id) ? id : null))
  for (const id of here) {
    if (slots.includes(id)) continue
    const gap = slots.indexOf(null)
    if (gap >= 0) slots[gap] = id
    else if (slots.length < shown) slots.push(id)
  }
  while (slots.length > 0 && slots.at(-1) === null) slots.pop()
  return slots
}
