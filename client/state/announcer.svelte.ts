import { untrack } from 'svelte'

/**
 * What screen readers are told without being asked: politely at thresholds, at once for a breach or a call. The
 * regions themselves stand in `components/Announcer.svelte`.
 */
class Announcer {
  polite = $state('')
  assertive = $state('')

  say(text: string, how: 'polite' | 'assertive' = 'polite'): void {
    // The same words twice are two messages: a trailing space makes them differ. Who announces does not listen.
    this[how] = untrack(() => this[how]) === text ? `${text} ` : text
  }
}

export const announcer = new Announcer()
