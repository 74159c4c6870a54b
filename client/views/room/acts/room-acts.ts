import type { Act } from '../../../state/acts.ts'
import type { RoomContext } from './room-context.ts'

type RoomAct = Act<RoomContext>

interface Told {
  id: string
  title: string
  group: string
  words?: string
  keys?: readonly string[]
  opens?: string
  whyNot?: (context: RoomContext) => string | null
  run: (context: RoomContext) => void | Promise<void>
}

/** An act without questions that goes somewhere or opens something. */
function going({ whyNot, run, ...told }: Told): RoomAct {
  return {
    ...told,
    leaves: true,
    whyNot: whyNot ?? (() => null),
    next: () => null,
    run: async (_values, context) => {
      await run(context)
      return null
    },
  }
}

const writing = ({ room }: RoomContext): string | null => {
  const denied = room.denial('chat.send')
  if (denied !== null) return denied
  return room.over ? 'Closed. Reopen it to write.' : null
}
const updateOwed = ({ room }: RoomContext) =>
  room.playbook.cadences.find((c) =>
    room.clocks.some((d) => d.id === `update/${c.id}` && d.phase === 'running'),
  )

/**
 * What goes somewhere or opens something in a room, with its keys. A single letter opens or focuses; only Enter
 * commits. Loaded with the room, because its keys work from the first moment.
 */
export const roomActs: readonly RoomAct[] = [
  going({
    id: 'palette',
    title: 'Find and do anything',
    group: 'Go',
    keys: ['mod+k'],
    run: (c) => c.palette(),
  }),
  going({
    id: 'keys',
    title: 'Keys',
    group: 'Go',
    words: 'shortcuts help keyboard',
    keys: ['?'],
    run: (c) => c.open('keys'),
  }),
  going({
    id: 'open.acknowledge',
    title: 'Acknowledge',
    group: 'Open',
    keys: ['a'],
    opens: 'incident.acknowledge',
    run: (c) => c.palette('incident.acknowledge'),
  }),
  going({
    id: 'open.severity',
    title: 'Severity',
    group: 'Open',
    keys: ['s'],
    opens: 'severity.set',
    run: (c) => (c.room.canAct ? c.open('severity') : c.palette('severity.set')),
  }),
  going({
    id: 'open.status',
    title: 'Status, up to resolved',
    group: 'Open',
    keys: ['i'],
    opens: 'status.set',
    run: (c) => (c.room.canAct ? c.open('status') : c.palette('status.set')),
  }),
  going({
    id: 'open.roles',
    title: 'Roles',
    group: 'Open',
    words: 'take command hand over commander',
    keys: ['r', 'g r'],
    run: (c) => c.open('roles'),
  }),
  going({
    id: 'open.facts',
    title: 'Facts',
    group: 'Open',
    words: 'components affected times impact resolution',
    keys: ['f'],
    run: (c) => c.open('facts'),
  }),
  going({
    id: 'open.triage',
    title: 'Triage: questions, kind, suggested severity',
    group: 'Open',
    words: 'classify classification dimensions type scope impact',
    keys: ['q'],
    run: (c) => c.open('triage'),
  }),
  going({
    id: 'open.brief',
    title: 'Brief: where it stands, what you missed',
    group: 'Open',
    words: 'summary catch up since',
    keys: ['b'],
    run: ({ room }) => room.arrival.show(),
  }),
  going({
    id: 'open.clocks',
    title: 'All clocks',
    group: 'Open',
    words: 'deadlines targets',
    run: (c) => c.open('clocks'),
  }),
  going({
    id: 'open.escalation',
    title: 'Who is called when',
    group: 'Open',
    words: 'escalation ladder plan steps call page levels',
    keys: ['w'],
    run: (c) => c.open('escalation'),
  }),
  going({
    id: 'open.runbooks',
    title: 'Runbooks and commands',
    group: 'Open',
    words: 'procedures steps copy kubectl dashboards emergency afterwards',
    keys: ['p'],
    run: (c) => c.open('runbooks'),
  }),
  going({
    id: 'open.history',
    title: 'Document history: how it stood, what changed',
    group: 'Open',
    words: 'versions restore earlier moment changes',
    whyNot: ({ room }) => (room.showChangesSince === null ? 'The document is not there.' : null),
    run: ({ room }) => room.showChangesSince?.(Number.MAX_SAFE_INTEGER),
  }),
  going({
    id: 'insert.reference',
    title: 'Put a task or an entry into the document',
    group: 'Open',
    words: 'insert reference link mention [[',
    whyNot: (c) => writing(c) ?? (c.room.writing === null ? 'The editor is not there.' : null),
    run: ({ room }) => {
      room.pane = 'document'
      room.writing?.askReference()
    },
  }),
  going({
    id: 'open.tray',
    title: 'Not accepted',
    group: 'Open',
    words: 'refused words tray sync',
    run: (c) => c.open('tray'),
  }),
  going({
    id: 'open.share',
    title: 'Share a link',
    group: 'Open',
    words: 'invite guest',
    whyNot: (c) => c.mayShare(),
    run: (c) => c.open('share'),
  }),
  going({
    id: 'go.bar',
    title: 'Write',
    group: 'Go',
    words: 'chat scribe bar',
    keys: ['/'],
    whyNot: writing,
    run: (c) => c.write(),
  }),
  going({
    id: 'go.event',
    title: 'Record an event',
    group: 'Go',
    words: 'entry timeline scribe',
    keys: ['e'],
    whyNot: writing,
    run: (c) => c.write('event'),
  }),
  going({
    id: 'go.update',
    title: 'Write an update',
    group: 'Go',
    words: 'communication audience status page',
    keys: ['u'],
    whyNot: writing,
    run: ({ room, ...c }) => {
      const owed = updateOwed({ room, ...c })
      room.writeTo = owed?.audience ?? room.playbook.cadences[0]?.audience ?? 'internal'
    },
  }),
  going({
    id: 'go.tasks',
    title: 'Go to the checklist',
    group: 'Go',
    words: 'tasks',
    keys: ['t', 'g t'],
    run: (c) => c.focusPane('tasks'),
  }),
  going({
    id: 'go.document',
    title: 'Go to the document',
    group: 'Go',
    keys: ['d', 'g d'],
    run: (c) => c.focusPane('document'),
  }),
  going({
    id: 'go.timeline',
    title: 'Go to the timeline',
    group: 'Go',
    words: 'log',
    keys: ['l', 'g l'],
    run: (c) => c.focusPane('timeline'),
  }),
  going({
    id: 'go.board',
    title: 'Go to the board',
    group: 'Go',
    words: 'incidents list home',
    keys: ['g b'],
    run: (c) => c.visit('/'),
  }),
  going({
    id: 'go.declare',
    title: 'Declare incident',
    group: 'Go',
    words: 'new',
    keys: ['c'],
    whyNot: (c) => c.mayDeclare(),
    run: (c) => c.declare(),
  }),
  going({
    id: 'go.undo',
    title: 'Go to Undo',
    group: 'Go',
    keys: ['z'],
    whyNot: (c) => (c.undoable ? null : 'Nothing to undo: it is offered for 10 s.'),
    run: (c) => c.toUndo(),
  }),
  going({ id: 'go.settings', title: 'Settings', group: 'Go', run: (c) => c.visit('/settings') }),
  going({
    id: 'view.left',
    title: 'Fold the checklist',
    group: 'View',
    keys: ['['],
    run: (c) => c.fold('left'),
  }),
  going({
    id: 'view.right',
    title: 'Fold the timeline',
    group: 'View',
    keys: [']'],
    run: (c) => c.fold('right'),
  }),
  going({ id: 'view.theme', title: 'Light or dark', group: 'View', words: 'theme', run: (c) => c.theme() }),
  going({
    id: 'copy.status',
    title: 'Copy the status as a message',
    group: 'Take with you',
    words: 'share slack mail report',
    keys: ['y'],
    run: (c) => c.copyStatus(),
  }),
  going({
    id: 'take.download',
    title: 'Download',
    group: 'Take with you',
    words: 'export markdown',
    run: (c) => c.download(),
  }),
]

/** Keys that belong to a place rather than to an act: told in the overlay, read where they work. */
export const placeKeys: readonly { keys: readonly string[]; title: string; place: string }[] = [
  { keys: ['F6'], title: 'Next pane; with Shift the one before', place: 'Everywhere' },
  { keys: ['Esc'], title: 'Back: out of a field, a dialog, a row', place: 'Everywhere' },
  { keys: ['mod+Z'], title: 'Undo severity, status or the end, for 10 s', place: 'Everywhere' },
  { keys: ['J', 'K'], title: 'Next row, row before; arrows too', place: 'In lists' },
  { keys: ['→', '←'], title: 'Into the buttons of a row and back', place: 'In lists' },
  { keys: ['Space', 'Enter'], title: 'Tick the task', place: 'On a task' },
  { keys: ['A'], title: 'Assign the task', place: 'On a task' },
  { keys: ['N'], title: 'Write a note under the task', place: 'On a task' },
  { keys: ['X'], title: 'Say that the task is not applicable', place: 'On a task' },
  { keys: ['F2'], title: 'Reword the task', place: 'On a task' },
  { keys: ['Alt+↑', 'Alt+↓'], title: 'Move the task', place: 'On a task' },
  { keys: ['M'], title: 'Mine only', place: 'In the checklist' },
  { keys: ['Enter'], title: 'Send; with Shift a new line', place: 'While writing' },
  { keys: ['/'], title: 'At the beginning: a command, such as /severity', place: 'While writing' },
  { keys: ['@'], title: 'Name somebody', place: 'While writing' },
]
