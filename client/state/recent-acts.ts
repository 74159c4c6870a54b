const kept = 'muster.recent-acts'
const most = 5

/** Ids of the acts this browser chose last, newest first. */
export function recentActs(): readonly string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(kept) ?? '[]')
    return Array.isArray(found) ? found.filter((id) => typeof id === 'string').slice(0, most) : []
  } catch {
    return []
  }
}

export function rememberAct(id: string): void {
  try {
    const ids = [id, ...recentActs().filter((other) => other !== id)].slice(0, most)
    localStorage.setItem(kept, JSON.stringify(ids))
  } catch {
    // Remembering is a comfort, not a need.
  }
}
