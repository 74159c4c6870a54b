import CodeBlock from '@tiptap/extension-code-block'
import { copyText } from '../../net/clipboard.ts'

/** What a code block says of itself over its text. */
function sizeOf(text: string): string {
  const lines = text === '' ? 0 : text.split('\n').length
  return lines === 1 ? '1 line' : `${lines} lines`
}

/** Code and pasted logs: one line stays one line, the block scrolls sideways, Copy takes the text as it is. */
export const CodeBlocks = CodeBlock.configure({ HTMLAttributes: { spellcheck: 'false' } }).extend({
  addNodeView() {
    return ({ node }) => {
      let text = node.textContent
      const dom = document.createElement('div')
      dom.className = 'code-block'
      const head = document.createElement('div')
      head.className = 'code-head'
      head.contentEditable = 'false'
      const size = document.createElement('span')
      size.textContent = sizeOf(text)
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = 'Copy'
      button.addEventListener('mousedown', (event) => event.preventDefault())
      button.addEventListener('click', () => void copy(text, button))
      head.append(size, button)
      const pre = document.createElement('pre')
      pre.spellcheck = false
      const code = document.createElement('code')
      pre.append(code)
      dom.append(head, pre)
      return {
        dom,
        contentDOM: code,
        update(changed) {
          if (changed.type !== node.type) return false
          text = changed.textContent
          const said = sizeOf(text)
          if (size.textContent !== said) size.textContent = said
          return true
        },
        ignoreMutation: (mutation) => mutation.type !== 'selection' && !code.contains(mutation.target),
        stopEvent: (event) => event.target instanceof Element && head.contains(event.target),
      }
    }
  },
})

const saidMs = 1_500

async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  button.textContent = (await copyText(text)) ? 'Copied' : 'Not copied'
  setTimeout(() => {
    button.textContent = 'Copy'
  }, saidMs)
}
