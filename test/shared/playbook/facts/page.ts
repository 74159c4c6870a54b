import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import type { ContentsEntry } from '../../../../client/views/playbook/contents.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'

/** The text of each section of a playbook's page, as a browser would get it, by the section's id. */
export type PageSections = ReadonlyMap<string, string>

/** Draws playbook pages with the components of the client. Close it when done. */
export async function pageDrawer(): Promise<{
  draw(playbook: Playbook): PageSections
  close(): Promise<void>
}> {
  const server = await createServer({
    configFile: fileURLToPath(new URL('../../../../vite.config.ts', import.meta.url)),
    server: { middlewareMode: true, hmr: false, ws: false },
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
    ssr: { noExternal: ['@lucide/svelte'] },
  })
  const [body, contents, svelte] = await Promise.all([
    server.ssrLoadModule('/views/playbook/PlaybookBody.svelte'),
    server.ssrLoadModule('/views/playbook/contents.ts'),
    server.ssrLoadModule('svelte/server'),
  ])
  return {
    draw(playbook) {
      const entries: ContentsEntry[] = contents.contentsOf(playbook)
      const drawn = entries.map((entry): [string, string] => {
        const { body: html } = svelte.render(body.default, { props: { playbook, contents: [entry] } })
        return [entry.id, textOf(String(html))]
      })
      return new Map(drawn)
    },
    close: () => server.close(),
  }
}

/** What a person reads of it: no tags, no attributes, single spaces. */
function textOf(html: string): string {
  const names: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    nbsp: ' ',
  }
  return html
    .replace(/<!--.*?-->/gs, '')
    .replace(/<\/?(?:p|li|ul|ol|div|dd|dt|dl|td|th|tr|h\d|pre|article|header|section)\b[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#39|[a-z]+);/g, (whole, name: string) => names[name] ?? whole)
    .replace(/\s+/g, ' ')
}
