import { parentPort } from 'node:worker_threads'
import { checkPlaybook } from '../../shared/playbook/load.ts'
import type { CheckAnswer, CheckRequest } from './checker.ts'

/** Entry of the thread that reads playbook files for the editor, one after the other. */
parentPort?.on('message', ({ id, source, file }: CheckRequest) => {
  const answer: CheckAnswer = { id, result: checkPlaybook(source, file) }
  parentPort?.postMessage(answer)
})
