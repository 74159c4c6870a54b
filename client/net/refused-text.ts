import * as Y from 'yjs'

/**
 * The words that a list of Yjs updates adds, in the order they were made, a line per block. For showing people
 * what was not accepted; formatting and deletions are not words.
 */
export function textOfUpdates(updates: readonly Uint8Array[]): string {
  let text = ''
  for (const update of updates) {
    for (const struct of Y.decodeUpdate(update).structs) {
      if (!(struct instanceof Y.Item)) continue
      const content: unknown = struct.content
      if (content instanceof Y.ContentString) text += content.str
      else if (content instanceof Y.ContentType && !(content.type instanceof Y.XmlText)) text += '\n'
    }
  }
  return text.replace(/\n{2,}/g, '\n').trim()
}
