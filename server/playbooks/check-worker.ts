import { parentPort } from 'node:worker_threads'
import { checkPlaybook } from '../../shared/playbook/load.ts'
import type { CheckAnswer, CheckRequest } from './checker.ts'

/**
 * Entry of the thread that reads playbook files for the editor, one after the other. A file that cannot even be checked
 * is told to who asked, and ends nothing for the others.
 */
parentPort?.on('message', ({ id, source, file }: CheckRequest) => {
  parentPort?.postMessage(answerTo(id, source, file))
})

function answerTo(id: number, source: string, file: string): CheckAnswer {
  try {
    return { id, result: checkPlaybook(source, file) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
