/** How many facts each row of the five documents holds, in the order of the rows, and how many commands it has. */
export const factCounts: Readonly<Record<string, { facts: readonly number[]; commands: number }>> = {
  AL: {
    facts: [
      2, 3, 4, 4, 3, 3, 3, 5, 4, 3, 2, 3, 3, 4, 3, 3, 4, 2, 1, 5, 3, 3, 4, 5, 3, 3, 2, 3, 4, 3, 3, 4, 3, 3, 4,
      3, 4, 4, 8, 6, 8, 3, 4, 4, 6, 4, 4, 5, 3,
    ],
    commands: 10,
  },
  AF: {
    facts: [
      3, 1, 4, 3, 3, 3, 4, 6, 3, 2, 2, 4, 4, 5, 2, 3, 3, 3, 2, 4, 3, 3, 3, 3, 3, 3, 4, 2, 2, 3, 5, 4, 4, 2, 4,
      6, 4, 3, 3, 3, 4, 3, 3, 3, 4, 3, 3, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4, 4, 3, 3, 2, 4, 4, 4, 4, 4, 3, 5, 3, 4,
      7, 7, 4, 3, 3, 3, 4, 3, 4, 4, 4,
    ],
    commands: 10,
  },
  AP: {
    facts: [
      2, 5, 5, 5, 5, 2, 2, 2, 2, 2, 2, 2, 4, 3, 6, 3, 3, 6, 4, 3, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 6, 3, 3,
      4, 3, 4, 3, 5, 2, 5, 2, 4, 1, 1, 1, 1, 1, 1, 1, 4, 5,
    ],
    commands: 29,
  },
  FA: {
    facts: [
      2, 2, 4, 3, 2, 4, 3, 2, 3, 2, 2, 3, 2, 5, 1, 1, 1, 2, 4, 4, 4, 4, 7, 8, 7, 7, 5, 3, 2, 5, 5, 4, 5, 4, 2,
      2, 2, 4, 1, 4, 1, 1, 1, 1, 4, 1, 1, 4, 4, 3, 4, 2,
    ],
    commands: 13,
  },
  AN: {
    facts: [
      3, 6, 6, 6, 6, 8, 5, 4, 4, 4, 5, 4, 2, 4, 3, 4, 6, 2, 5, 7, 4, 4, 4, 1, 4, 4, 4, 5, 3, 3, 3, 3, 3, 4, 3,
      5, 3, 4, 1, 6, 6, 1, 7, 2, 5, 1, 8, 1, 6, 1, 8, 3, 6,
    ],
    commands: 0,
  },
}

/** `AL-01.1`, `AL-01.2`, … and `AL-C1`, …: everything the five documents say, by its id. */
export const factIds: readonly string[] = Object.entries(factCounts).flatMap(
  ([document, { facts, commands }]) => [
    ...facts.flatMap((count, row) =>
      Array.from({ length: count }, (_, n) => `${document}-${String(row + 1).padStart(2, '0')}.${n + 1}`),
    ),
    ...Array.from({ length: commands }, (_, n) => `${document}-C${n + 1}`),
  ],
)
