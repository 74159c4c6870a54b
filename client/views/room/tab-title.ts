import { untrack } from 'svelte'
import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { tabFace } from '../../components/room/tab-face.ts'
import { ticker } from '../../state/page-clock.ts'
import { tabIcon } from './tab-icon.ts'

/** What the tab tells: the incident, and the clock that breaks next. */
export interface TabSources {
  clock: () => Deadline | null
  incident: () => { title: string; rank: number | null; over: boolean }
}

/**
 * The tab is the clock that breaks next: its title counts, its icon is the sign with the minutes in it. Set by the
 * ticker alone, once a second; the icon is drawn again only when it would look otherwise.
 */
export function tabClock(sources: TabSources) {
  return () => {
    const icon = tabIcon()
    // What is told is looked up with each second: a change is no reason to take the icon away and make it anew.
    const stop = untrack(() =>
      ticker.add((now) => {
        const face = tabFace(sources.incident(), sources.clock(), now)
        if (document.title !== face.title) document.title = face.title
        icon.show(face.icon)
      }),
    )
    return () => {
      stop()
      icon.leave()
    }
  }
}
