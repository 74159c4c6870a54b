import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { documentText } from '../../../server/documents/document-markdown.ts'
import { buildTemplate, systemClientId } from '../../../server/documents/template.ts'
import { inspectUpdate } from '../../../server/documents/update-check.ts'

const sections = [
  { id: 'summary', title: 'Summary' },
  { id: 'impact', title: 'Customer *impact*' },
]

function load(update: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  return doc
}

describe('the template', () => {
  it('has a heading with a stable id and an empty paragraph for each section', () => {
    const root = load(buildTemplate(sections)).getXmlFragment('document')
    expect(root.toArray().map((node) => (node instanceof Y.XmlElement ? node.nodeName : ''))).toEqual([
      'heading',
      'paragraph',
      'heading',
      'paragraph',
    ])
    const heading = root.get(2)
    expect(heading instanceof Y.XmlElement ? heading.getAttributes() : {}).toEqual({
      level: 2,
      sectionId: 'impact',
    })
  })

  it('is the same bytes each time, all of them by the system', () => {
    expect(buildTemplate(sections)).toEqual(buildTemplate(sections))
    expect(inspectUpdate(buildTemplate(sections)).ranges.map(({ client }) => client)).toEqual([
      systemClientId,
    ])
  })

  it('holds a place to write even without sections', () => {
    expect(load(buildTemplate([])).getXmlFragment('document').toString()).toBe('<paragraph></paragraph>')
  })

  it('reads as Markdown', () => {
    expect(documentText(load(buildTemplate(sections))).document).toBe(
      '## Summary\n\n## Customer \\*impact\\*\n',
    )
  })
})
