/**
 * Letters that are one UTF-8 sign read as several (mojibake, from Windows or an old Mac), a sign that stands for one that
 * was lost, or a NUL: whoever reads this in an incident reads nonsense.
 */
const garbled =
  /\uFFFD|\0|ð[\u009F\u0178]|â€|Ã[\u0080-\u00BF]|Â[\u00A0-\u00BF]|‚Ä[ôúùìîÆ¶¢]|üö[®ßÄÅ]|üî[¥ß¥ç]|üì[ÖäàùÅã]/

/** Whether a text holds letters that somebody's editor took apart. */
export function garbledIn(text: string): boolean {
  return garbled.test(text)
}

/** The text without the runs of foreign letters that are garbled; what is plain stays as it is. */
export function withoutGarble(text: string): string {
  return text.replace(/[^\t\n -~]+/g, (run) => (garbled.test(run) ? '' : run))
}
