import { spawn } from 'node:child_process'

export interface Finished {
  readonly code: number
  readonly output: string
  readonly seconds: number
}

/**
 * Runs a command to its end. With `quiet`, its output is collected instead of shown; after `limitMs` it is
 * killed and ends with code 124. Never throws: a command that cannot start ends with code 127.
 */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; quiet?: boolean; limitMs?: number },
): Promise<Finished> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    let expired = false
    const limit = setTimeout(
      () => {
        expired = true
        child.kill('SIGKILL')
      },
      options.limitMs ?? 2 ** 31 - 1,
    )
    const finish = (code: number) => {
      clearTimeout(limit)
      resolve({ code: expired ? 124 : code, output, seconds: (performance.now() - started) / 1000 })
    }
    child.on('error', (error) => {
      output += String(error)
      finish(127)
    })
    child.on('close', (code) => finish(code ?? 1))
  })
}
