/** The value at a path of a loaded playbook; throws an Error that names the step which leads nowhere. */
export function lookUp(root: unknown, path: string): unknown {
  const steps = path.match(/[^.[\]]+(?=\.|\[|$)|\[[^\]]+\]/g) ?? []
  return steps.reduce<unknown>((value, step, i) => next(value, step, steps.slice(0, i + 1).join(' ')), root)
}

function next(value: unknown, step: string, walked: string): unknown {
  const name = step.startsWith('[') ? step.slice(1, -1) : null
  if (value instanceof All) return new All(value.values.map((one) => next(one, step, walked)))
  if (name === '*') {
    if (!Array.isArray(value)) throw new Error(`${walked}: not a list`)
    return new All(value)
  }
  if (name !== null) {
    if (!Array.isArray(value)) throw new Error(`${walked}: not a list`)
    const found = value.find((one) => isNamed(one, name)) ?? value[Number(name)]
    if (found === undefined) throw new Error(`${walked}: no such entry`)
    return found
  }
  if (typeof value !== 'object' || value === null) throw new Error(`${walked}: nothing is in it`)
  // What a playbook leaves out is null to a table of facts.
  return Reflect.get(value, step) ?? null
}

/** Values of all entries of a list, while the rest of the path is walked. */
class All {
  constructor(readonly values: readonly unknown[]) {}
}

/** What {@link lookUp} found, with the values of `[*]` as a list. */
export function found(root: unknown, path: string): unknown {
  const value = lookUp(root, path)
  return value instanceof All ? [...value.values] : value
}

function isNamed(entry: unknown, name: string): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  return ['id', 'key', 'flag', 'first', 'name', 'tier'].some((key) => {
    const value: unknown = Reflect.get(entry, key)
    return typeof value === 'string' && (value === name || value.endsWith(`/${name}`))
  })
}
