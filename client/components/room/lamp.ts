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

/** The worse of the two sockets, and what neither of them has got rid of. `refused` counts texts in the tray. */
export function roomLamp(
  commands: CommandSide,
  document: DocumentLamp,
  refused: number,
  now: number,
): LampState {
  if (refused > 0) return { kind: 'refused', count: refused }
  const documentKept = document.kind === 'offline' ? document.kept : 0
  if (commands.status === 'offline' || commands.status === 'denied' || document.kind === 'offline')
    return { kind: 'offline', kept: commands.waiting + documentKept }
  if (commands.status === 'connecting' || document.kind === 'connecting') return { kind: 'connecting' }
  const late = commands.since !== null && now - commands.since >= patienceMs ? commands.waiting : 0
  const frames = document.kind === 'saving' ? document.frames : 0
  return late + frames > 0 ? { kind: 'saving', count: late + frames } : { kind: 'live' }
}
