import type { DocumentLamp } from '../../net/document-lamp.ts'
import type { ConnectionStatus } from '../../net/socket.ts'
import type { LampState } from '../lamp-state.ts'

/** What the command socket can promise at one moment. */
export interface CommandSide {
  status: ConnectionStatus
  /** Commands without an answer, and since when the oldest waits (ms); null without any. */
  waiting: number
  since: number | null
}

/** Waiting is shown only when it takes longer than this, ms. */
export const patienceMs = 1_000

/**
 * The worse of the two sockets, and what neither of them has got rid of. `refused` counts texts in the tray; `here`
 * says whether this browser keeps nothing, and from when what is shown is, where the server was not reached at all.
 */
export function roomLamp(
  commands: CommandSide,
  document: DocumentLamp,
  refused: number,
  now: number,
  here: { nothing: boolean; asOf: number | null } = { nothing: false, asOf: null },
): LampState {
  if (refused > 0) return { kind: 'refused', count: refused }
  const cut = commands.status === 'offline' || commands.status === 'denied' || document.kind === 'offline'
  if (cut) return { kind: 'offline', kept: commands.waiting + actsOf(document), ...here }
  if (commands.status === 'connecting' || document.kind === 'connecting') return { kind: 'connecting' }
  const late = commands.since !== null && now - commands.since >= patienceMs ? commands.waiting : 0
  const acts = document.kind === 'saving' ? document.acts : 0
  return late + acts > 0 ? { kind: 'saving', count: late + acts } : { kind: 'live' }
}

/** What the document has that the server is not known to have. */
function actsOf(document: DocumentLamp): number {
  switch (document.kind) {
    case 'offline':
      return document.kept
    case 'saving':
      return document.acts
    case 'connecting':
    case 'saved':
      return 0
  }
}
