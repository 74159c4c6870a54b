import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcess
  /** What it has printed so far. */
  readonly lines: string[]
  readonly errors: string[]
  /** Resolves with the line that satisfies `test`; rejects when the process ends before. */
  line(test: (line: string) => boolean): Promise<string>
  /** Resolves with how it ended: an exit code, or a signal's name. */
  readonly ended: Promise<number | string>
}

/** Starts a TypeScript file under `test/helpers/` as a process of its own. */
export function startHelper(name: string, ...args: string[]): Child {
  const file = fileURLToPath(new URL(`./${name}`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const errors: string[] = []
  const waiting = new Set<() => void>()
  const told = () => {
    for (const look of [...waiting]) look()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    told()
  })
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  let over = false
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => {
      over = true
      resolve(code ?? signal ?? 'unknown')
      told()
    }),
  )
  return {
    process: child,
    lines,
    errors,
    ended,
    line: (test) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(test)
          if (found === undefined && !over) return
          waiting.delete(look)
          if (found !== undefined) resolve(found)
          else reject(new Error(`${name} ended: ${errors.join('\n')}`))
        }
        waiting.add(look)
        look()
      }),
  }
}
