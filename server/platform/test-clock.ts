import { type RequestHandler, Router } from 'express'
import * as z from 'zod/mini'
import { readBody } from './http-input.ts'

const unitMs = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 } as const
const mostMs = 3653 * unitMs.D
const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/

/** Reads an ISO 8601 duration of fixed length (`PT30M`, `P1DT2H`) as whole ms; null for months, years and nonsense. */
export function parseIsoDuration(text: string): number | null {
  const match = pattern.exec(text)
  if (match === null || text.endsWith('P') || text.endsWith('T')) return null
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0))
  const ms =
    (weeks ?? 0) * unitMs.W +
    (days ?? 0) * unitMs.D +
    (hours ?? 0) * unitMs.H +
    (minutes ?? 0) * unitMs.M +
    Math.round((seconds ?? 0) * unitMs.S)
  return ms <= mostMs ? ms : null
}

const body = z.strictObject({
  advance: z
    .string()
    .check(z.refine((text) => parseIsoDuration(text) !== null, 'Send a duration like PT30M.')),
})

export interface TestClockParts {
  /** Moves the time of all nodes on by `ms`. */
  advance(ms: number): Promise<number>
  /** Resolves when everything due by now is decided and committed. */
  settle(): Promise<void>
  now(): number
  mayAdvance: RequestHandler
}

/** `POST /api/test/clock`: exists only while the test clock is on. */
export function testClockRoutes(parts: TestClockParts): Router {
  const router = Router()
  router.post('/api/test/clock', parts.mayAdvance, async (request, response) => {
    const { advance } = readBody(request, body)
    await parts.advance(parseIsoDuration(advance) ?? 0)
    await parts.settle()
    response.json({ now: parts.now() })
  })
  return router
}
