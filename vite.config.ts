import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { firstLoads } from './scripts/lib/first-loads.ts'

const inClient = (name: string) => fileURLToPath(new URL(`./client/${name}`, import.meta.url))

/**
 * Two pages: the application and the wall. The editor (TipTap, ProseMirror) and the replica (Yjs) are
 * chunks of their own, so that the first load carries neither and the wall never asks for them. What is loaded
 * together is one chunk: many small ones are larger, and each costs a request.
 */
export default defineConfig({
  root: inClient(''),
  base: '/',
  resolve: {
    // Muster speaks WebSocket alone; the transports of Engine.IO that it never uses are not sent to anybody.
    alias: [
      {
        find: /^\.\/transports\/index\.js$/,
        replacement: fileURLToPath(new URL('./scripts/lib/websocket-only.ts', import.meta.url)),
      },
      // Lucide's icons are drawn by our component: theirs takes what nobody here gives.
      { find: /^\.\.\/Icon\.svelte$/, replacement: inClient('components/Icon.svelte') },
    ],
  },
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    sourcemap: false,
    manifest: true,
    // Every browser that runs this code preloads modules by itself.
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      // On a slow machine the first start would print a page about plugins instead of the set-up link.
      checks: { pluginTimings: false },
      treeshake: { moduleSideEffects: [{ test: /engine\.io-client.*polling/, sideEffects: false }] },
      input: { index: inClient('index.html'), wall: inClient('wall.html') },
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'editor',
              test: /node_modules[\\/](?:@tiptap|prosemirror-|linkifyjs|orderedmap|rope-sequence|w3c-keyname)/,
              priority: 20,
            },
            {
              name: 'replica',
              test: /node_modules[\\/](?:yjs|lib0|y-protocols|y-websocket)[\\/]/,
              priority: 20,
            },
            ...firstLoads([
              {
                name: 'base',
                of: [inClient('app.ts'), inClient('views/room/page.ts')],
                and: [inClient('wall.ts')],
              },
              { name: 'app', of: [inClient('app.ts')] },
              { name: 'room', of: [inClient('views/room/page.ts')] },
              { name: 'rules', of: [inClient('state/prediction.ts')] },
            ]),
          ],
        },
      },
    },
  },
})
