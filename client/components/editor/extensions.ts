import { type Extensions, getSchema } from '@tiptap/core'
import Blockquote from '@tiptap/extension-blockquote'
import Bold from '@tiptap/extension-bold'
import Code from '@tiptap/extension-code'
import Collaboration from '@tiptap/extension-collaboration'
import CollaborationCaret from '@tiptap/extension-collaboration-caret'
import Document from '@tiptap/extension-document'
import HardBreak from '@tiptap/extension-hard-break'
import Heading from '@tiptap/extension-heading'
import HorizontalRule from '@tiptap/extension-horizontal-rule'
import Italic from '@tiptap/extension-italic'
import { BulletList } from '@tiptap/extension-list/bullet-list'
import { ListItem } from '@tiptap/extension-list/item'
import { ListKeymap } from '@tiptap/extension-list/keymap'
import { OrderedList } from '@tiptap/extension-list/ordered-list'
import { TaskItem } from '@tiptap/extension-list/task-item'
import { TaskList } from '@tiptap/extension-list/task-list'
import Paragraph from '@tiptap/extension-paragraph'
import Strike from '@tiptap/extension-strike'
import Text from '@tiptap/extension-text'
import Underline from '@tiptap/extension-underline'
import { Dropcursor } from '@tiptap/extensions/drop-cursor'
import { Gapcursor } from '@tiptap/extensions/gap-cursor'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { CaretFlags } from './caret-flags.ts'
import { CaretAwareness, drawCaret, drawSelection } from './carets.ts'
import { CodeBlocks } from './code-block.ts'
import { Link } from './link.ts'
import { Paste } from './paste.ts'
import { type ReferenceWordOptions, ReferenceWords } from './reference-word.ts'
import { Reference, type References } from './references.ts'
import { type Vocabulary, vocabularyOf } from './schema-scan.ts'
import { SectionHeadings } from './section-heading.ts'
import { SectionHints } from './section-hints.ts'
import { Table, TableCell, TableHeader, TableRow } from './table.ts'

/**
 * Nodes and marks of the incident document, each by itself: the kits carry an undo of their own and much else that
 * is never used here. Undo is the collaboration's, and no paragraph is added at the end by itself: opening a
 * document must not change it.
 */
function content(references?: References): Extensions {
  return [
    Bold,
    Blockquote,
    BulletList,
    Code,
    CodeBlocks,
    Document,
    Dropcursor,
    Gapcursor,
    HardBreak,
    Heading,
    HorizontalRule,
    Italic,
    ListItem,
    ListKeymap,
    Link,
    OrderedList,
    Paragraph,
    Strike,
    Table,
    TableCell,
    TableHeader,
    TableRow,
    TaskItem.configure({ nested: true }),
    TaskList,
    Text,
    Underline,
    SectionHeadings,
    references === undefined ? Reference : Reference.configure({ references }),
  ]
}

/** The document's schema by itself, bound to nothing. */
export function contentSchema() {
  return getSchema(content())
}

/** What this version of the editor can draw. */
export function editorVocabulary(): Vocabulary {
  return vocabularyOf(contentSchema())
}

export interface EditorBinding {
  fragment: Y.XmlFragment
  awareness: Awareness
  /** Hint of the section that begins with this heading, while it is empty. */
  hint: (sectionId: string) => string
  /** What tasks and entries say now. */
  references: References
  word: ReferenceWordOptions
  /** Tells a person what became of a paste. */
  note: (text: string, undo?: () => void) => void
}

/** Everything the incident document's editor is made of, bound to a fragment of the replica. */
export function editorExtensions(binding: EditorBinding): Extensions {
  const { fragment, awareness, hint, references, word, note } = binding
  return [
    ...content(references),
    Paste.configure({ note }),
    ReferenceWords.configure(word),
    Collaboration.configure({ fragment }),
    CollaborationCaret.configure({
      provider: { awareness: new CaretAwareness(awareness) },
      render: drawCaret,
      selectionRender: drawSelection,
    }),
    CaretFlags.configure({ awareness }),
    SectionHints.configure({ hint }),
  ]
}
