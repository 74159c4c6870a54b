import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './lib/freshness.mjs'

// The server restarts on a change; the client is built again into dist/client, which the server serves.
const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name)
const children = [
  spawn(bin('vite'), ['build', '--watch', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' }),
  spawn(bin('tsx'), ['watch', '--clear-screen=false', 'server/main.ts'], { cwd: root, stdio: 'inherit' }),
]

const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children) child.on('exit', stop)
