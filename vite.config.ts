import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const inClient = (name: string) => fileURLToPath(new URL(`./client/${name}`, import.meta.url))

/**
 * Two pages: the application and the wall. The editor (TipTap, ProseMirror) and the replica (Yjs) are
 * chunks of their own, so that the first load carries neither and the wall never asks for them.
 */
export default defineConfig({
  root: inClient(''),
  base: '/',
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    sourcemap: false,
    manifest: true,
    target: 'es2022',
    rolldownOptions: {
      // On a slow machine the first start would print a page about plugins instead of the set-up link.
      checks: { pluginTimings: false },
      input: { index: inClient('index.html'), wall: inClient('wall.html') },
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'editor',
              test: /node_modules[\\/](?:@tiptap|prosemirror-|linkifyjs|orderedmap|rope-sequence|w3c-keyname)/,
            },
            {
              name: 'replica',
              test: /node_modules[\\/](?:yjs|lib0|y-protocols|y-websocket|y-indexeddb)[\\/]/,
            },
          ],
        },
      },
    },
  },
})
