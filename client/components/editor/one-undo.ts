import type { EditorView } from '@tiptap/pm/view'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import type { UndoManager } from 'yjs'

/** Whatever `work` dispatches is undone by one undo, and by none with what was typed before or after. */
export function asOneUndo(view: EditorView, work: () => void): void {
  const state: { undoManager?: UndoManager } | undefined = yUndoPluginKey.getState(view.state)
  const manager = state?.undoManager
  if (manager === undefined) {
    work()
    return
  }
  const before = manager.captureTimeout
  manager.stopCapturing()
  manager.captureTimeout = Number.POSITIVE_INFINITY
  try {
    work()
  } finally {
    manager.captureTimeout = before
    manager.stopCapturing()
  }
}
