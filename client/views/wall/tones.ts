import type { Cue } from './alarms.ts'

interface Tone {
  /** Hz. */
  pitch: number
  /** Seconds from the beginning of the cue. */
  at: number
  /** Seconds. */
  long: number
}

/** Told apart without knowing them: two that rise, three low ones, one short tick. */
const cues: Record<Cue, readonly Tone[]> = {
  'rank-1': [
    { pitch: 659, at: 0, long: 0.22 },
    { pitch: 988, at: 0.26, long: 0.38 },
  ],
  breach: [
    { pitch: 220, at: 0, long: 0.26 },
    { pitch: 220, at: 0.36, long: 0.26 },
    { pitch: 220, at: 0.72, long: 0.42 },
  ],
  update: [{ pitch: 1320, at: 0, long: 0.09 }],
}

const loudness = 0.5
/** Seconds in which a tone swells and fades, so that it does not click. */
const edge = 0.015

/** Plays cues by WebAudio. Silent until `unlock` was called from a key or a click, as browsers want it. */
export class Tones {
  #context: AudioContext | null = null
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get ready(): boolean {
    return this.#context?.state === 'running'
  }

  /** Asks the browser to let us be heard; `onChange` tells when it does. */
  unlock(): void {
    if (this.#context === null) {
      this.#context = new AudioContext()
      this.#context.addEventListener('statechange', this.#onChange)
    }
    if (this.#context.state !== 'running') void this.#context.resume().catch(() => {})
  }

  play(cue: Cue): void {
    const context = this.#context
    if (context === null || context.state !== 'running') return
    for (const { pitch, at, long } of cues[cue]) {
      const start = context.currentTime + at
      const tone = context.createOscillator()
      const gain = context.createGain()
      tone.type = 'triangle'
      tone.frequency.value = pitch
      gain.gain.setValueAtTime(0, start)
      gain.gain.linearRampToValueAtTime(loudness, start + edge)
      gain.gain.setValueAtTime(loudness, start + long - edge)
      gain.gain.linearRampToValueAtTime(0, start + long)
      tone.connect(gain).connect(context.destination)
      tone.onended = () => gain.disconnect()
      tone.start(start)
      tone.stop(start + long)
    }
  }

  close(): void {
    this.#context?.removeEventListener('statechange', this.#onChange)
    void this.#context?.close().catch(() => {})
    this.#context = null
  }
}
