/** First names where they are enough to tell people apart, else whole names; by id. */
export function shortNames(people: readonly { id: string; name: string }[]): ReadonlyMap<string, string> {
  const first = (name: string) => name.split(' ')[0] ?? name
  const count = new Map<string, number>()
  for (const { name } of people) count.set(first(name), (count.get(first(name)) ?? 0) + 1)
  return new Map(people.map(({ id, name }) => [id, count.get(first(name)) === 1 ? first(name) : name]))
}
