import type { TimelineRow } from '../../shared/incident/timeline.ts'

/** A message in the timeline, as the newest a room shows. */
export const chatRow = (
  text: string,
  more: Partial<Extract<TimelineRow, { kind: 'chat' }>> = {},
): TimelineRow => ({
  kind: 'chat',
  seq: 1,
  at: 0,
  recordedAt: 0,
  actor: { kind: 'person', id: 'maya' },
  commandId: 'c',
  text,
  snippet: false,
  mentions: [],
  edited: 0,
  lastEdit: null,
  deleted: false,
  pinnedAs: null,
  ...more,
})
