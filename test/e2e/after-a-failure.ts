import { afterEach, beforeEach } from 'vitest'

// The tests of a file build on one another: after one failed, the rest would only wait for what cannot come.

let failed: string | null = null

beforeEach((context) => {
  if (failed !== null) context.skip(`“${failed}” failed before`)
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') failed ??= task.name
})
