const longestMs = 1_000

/**
 * Waits for the text font, which the page preloads beside the script, so that nothing is drawn in another one
 * and then moves. A font that is late does not keep anybody waiting.
 */
export async function fontReady(): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, longestMs))
  await Promise.race([document.fonts.load('400 1rem "Inter Variable"').catch(() => undefined), late])
}
