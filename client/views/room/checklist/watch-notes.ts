import { caretUser } from '../../../net/caret-user.ts'
import type { Replica } from '../../../net/document.ts'

/** Each task's note is a shared text of the incident document, under this name and the task's id. */
const prefix = 'note:'
export const noteName = (task: string) => `${prefix}${task}`

/** Longest note, in UTF-16 units; longer things belong into the document. */
export const noteLimit = 20_000

interface NotesTold {
  /** Lines of each note, by task. */
  lines(lines: ReadonlyMap<string, number>): void
  /** First names of those who write in a note, by task. */
  writers(writers: ReadonlyMap<string, string>): void
}

/** Tells which tasks have a note and how many lines, and who else writes in which; @returns what ends it */
export function watchNotes({ doc, awareness }: Replica, told: NotesTold): () => void {
  let shown: ReadonlyMap<string, number> | null = null
  let writing: ReadonlyMap<string, string> | null = null
  const count = () => {
    const lines = new Map<string, number>()
    for (const name of [...doc.share.keys()]) {
      if (!name.startsWith(prefix)) continue
      const text = doc.getText(name).toString().trimEnd()
      if (text.trim() !== '') lines.set(name.slice(prefix.length), text.split('\n').length)
    }
    if (same(shown, lines)) return
    shown = lines
    told.lines(lines)
  }
  const changed = ({ changed }: { changed: ReadonlyMap<unknown, unknown> }) => {
    for (const [name, type] of doc.share) if (name.startsWith(prefix) && changed.has(type)) return count()
  }
  const look = () => {
    const names = new Map<string, string[]>()
    for (const [client, state] of awareness.getStates()) {
      const note: unknown = state.note
      if (client === awareness.clientID || typeof note !== 'string') continue
      const name = caretUser(state).name.split(' ')[0] ?? ''
      const already = names.get(note) ?? []
      if (!already.includes(name)) names.set(note, [...already, name])
    }
    const writers = new Map([...names].map(([task, who]) => [task, who.join(', ')]))
    if (same(writing, writers)) return
    writing = writers
    told.writers(writers)
  }
  doc.on('afterTransaction', changed)
  awareness.on('change', look)
  count()
  look()
  return () => {
    doc.off('afterTransaction', changed)
    awareness.off('change', look)
  }
}

function same<V>(a: ReadonlyMap<string, V> | null, b: ReadonlyMap<string, V>): boolean {
  return a !== null && a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}
