import { DOMParser as ModelParser, type Schema, Slice } from '@tiptap/pm/model'
import { Marked } from 'marked'

const reader = new Marked({ gfm: true, async: false })

/** Reads Markdown into what the schema knows; HTML in it and images are left out. Loaded with the first such paste. */
export function markdownSlice(schema: Schema, text: string): { slice: Slice; images: number } {
  const html = String(reader.parse(text))
  // A document of its own: nothing in it is loaded or run.
  const page = new DOMParser().parseFromString(html, 'text/html')
  const images = page.querySelectorAll('img')
  for (const image of images) image.remove()
  for (const list of page.querySelectorAll(
    'ul:has(> li > input[type=checkbox], > li > p > input[type=checkbox])',
  ))
    asTaskList(list)
  const read = ModelParser.fromSchema(schema).parseSlice(page.body)
  // One paragraph goes into the line of the caret; blocks stay blocks and join nothing around them.
  const words = read.content.childCount === 1 && read.content.firstChild?.type.name === 'paragraph'
  const slice = words ? read : new Slice(read.content, 0, 0)
  return { slice, images: images.length }
}

function asTaskList(list: Element): void {
  list.setAttribute('data-type', 'taskList')
  for (const item of list.children) {
    const box = item.querySelector('input[type=checkbox]')
    item.setAttribute('data-type', 'taskItem')
    item.setAttribute('data-checked', String(box?.hasAttribute('checked') ?? false))
    box?.remove()
  }
}
