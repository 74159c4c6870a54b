/** Who an awareness state belongs to, as the server wrote it: the colour is a number of the palette. */
export interface CaretUser {
  id: string | null
  name: string
  mark: number
}

export const caretColours = 4

/** Reads the server-written user of an awareness state; a stranger's shape gives a nameless caret. */
export function caretUser(state: unknown): CaretUser {
  const user: unknown = typeof state === 'object' && state !== null && 'user' in state ? state.user : null
  if (typeof user !== 'object' || user === null) return { id: null, name: 'Somebody', mark: 0 }
  const name = 'name' in user && typeof user.name === 'string' && user.name !== '' ? user.name : 'Somebody'
  const color = 'color' in user && typeof user.color === 'number' ? user.color : 0
  const id = 'id' in user && typeof user.id === 'string' ? user.id : null
  return { id, name, mark: Math.abs(Math.trunc(color)) % caretColours }
}
