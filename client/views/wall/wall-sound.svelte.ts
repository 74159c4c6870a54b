import type { WallTile } from '../../../shared/protocol/wall.ts'
import {
  AlarmMemory,
  type AlarmStore,
  alarmsIn,
  type Cue,
  gravest,
  isQuiet,
  type QuietHours,
} from './alarms.ts'
import { Tones } from './tones.ts'

/** `locked`: the browser wants one click or key first. `quiet`: within this wall's quiet hours. */
export type SoundStanding = 'locked' | 'on' | 'muted' | 'quiet'

const settingsKey = 'muster.wall.sound'
const heardKey = 'muster.wall.heard'

interface Settings {
  muted: boolean
  quiet: QuietHours | null
}

/** The sound of one wall: whether it may be heard, and each event once. Its settings stay in this browser. */
export class WallSound {
  readonly #tones = new Tones(() => {
    this.#ready = this.#tones.ready
  })
  readonly #memory = new AlarmMemory(browserStore(heardKey))
  #ready = $state(false)
  #settings = $state.raw<Settings>(readSettings())

  get muted(): boolean {
    return this.#settings.muted
  }

  get quietHours(): QuietHours | null {
    return this.#settings.quiet
  }

  /** `local` is a Date of where the wall hangs. */
  standingAt(local: Date): SoundStanding {
    if (!this.#ready) return 'locked'
    if (this.#settings.muted) return 'muted'
    return isQuiet(this.#settings.quiet, local.getHours() * 60 + local.getMinutes()) ? 'quiet' : 'on'
  }

  /** Tries without a gesture: in a kiosk that allows it, and mostly after a reload, no click is needed. */
  start(): void {
    this.unlock()
  }

  /** To be called from a key or a click. */
  unlock(): void {
    if (typeof AudioContext === 'undefined') return
    this.#tones.unlock()
    this.#ready = this.#tones.ready
  }

  setMuted(muted: boolean): void {
    this.#keep({ ...this.#settings, muted })
  }

  /** Null: none. */
  setQuietHours(quiet: QuietHours | null): void {
    this.#keep({ ...this.#settings, quiet })
  }

  /** Somebody wants to hear what it sounds like, whatever the hour. */
  try(cue: Cue): void {
    this.unlock()
    this.#tones.play(cue)
  }

  /** Looks at a picture that is known to be true at `now` (server ms). Unheard things count as heard: no late burst. */
  look(tiles: readonly WallTile[], now: number, local: Date): void {
    const cue = gravest(this.#memory.fresh(alarmsIn(tiles, now), now))
    if (cue !== null && this.standingAt(local) === 'on') this.#tones.play(cue)
  }

  stop(): void {
    this.#tones.close()
  }

  #keep(settings: Settings): void {
    this.#settings = settings
    browserStore(settingsKey).write(JSON.stringify(settings))
  }
}

function readSettings(): Settings {
  const none: Settings = { muted: false, quiet: null }
  try {
    const value: unknown = JSON.parse(browserStore(settingsKey).read() ?? 'null')
    if (typeof value !== 'object' || value === null) return none
    const quiet = 'quiet' in value ? value.quiet : null
    return {
      muted: 'muted' in value && value.muted === true,
      quiet:
        typeof quiet === 'object' && quiet !== null && 'from' in quiet && 'to' in quiet
          ? { from: String(quiet.from), to: String(quiet.to) }
          : null,
    }
  } catch {
    return none
  }
}

/** This browser's storage; where it keeps nothing, this page's memory. */
function browserStore(key: string): AlarmStore {
  let own: string | null = null
  return {
    read() {
      try {
        return localStorage.getItem(key) ?? own
      } catch {
        return own
      }
    },
    write(text) {
      own = text
      try {
        localStorage.setItem(key, text)
      } catch {
        // Kept for this visit.
      }
    },
  }
}
