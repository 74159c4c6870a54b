/** What a module needs at once, by id; null for one that is not known. */
interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null
}

interface Load {
  /** Name of the chunk. */
  name: string
  /** Modules (paths) whose static imports, and theirs, it holds; they themselves stay chunks by their names. */
  of: readonly string[]
  /** Only what these need at once as well. */
  and?: readonly string[]
}

interface Group {
  name: (id: string, graph: Graph) => string | null
  priority: number
}

/**
 * Puts everything that is loaded at one moment into one chunk. Each load takes what those before it have not taken;
 * the order says what a later one finds there already.
 * @returns groups for the bundler, of priorities 1 to their number
 */
export function firstLoads(loads: readonly Load[]): Group[] {
  const roots = new Set(loads.flatMap(({ of }) => of))
  return loads.map((load, at) => {
    let held: ReadonlySet<string> | null = null
    return {
      name: (id, graph) => {
        held ??= heldBy(load, graph)
        return held.has(id) && !roots.has(id) ? load.name : null
      },
      priority: loads.length - at,
    }
  })
}

function heldBy({ of, and }: Load, graph: Graph): ReadonlySet<string> {
  const own = needed(of, graph)
  if (and === undefined) return own
  const others = needed(and, graph)
  return new Set([...own].filter((id) => others.has(id)))
}

/** The modules and all that they import statically, at any depth. */
function needed(roots: readonly string[], graph: Graph): Set<string> {
  const found = new Set(roots)
  for (const id of found) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) found.add(next)
  return found
}
