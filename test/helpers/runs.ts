const long = process.env.MUSTER_LONG !== undefined || process.env.MUSTER_RUNS !== undefined

/** How many random histories a property is tried on: `MUSTER_RUNS`, or 300, or 5,000 in the long form. */
export const runs = { numRuns: Number(process.env.MUSTER_RUNS ?? (long ? 5_000 : 300)) }

/** ms: 300 histories take seconds, the long form takes what it takes. */
export const runsTimeout = long ? 3_600_000 : 60_000
