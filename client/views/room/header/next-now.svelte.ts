import type { IncidentState } from '../../../../shared/incident/state.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import {
  callStandsUntil,
  type NextThing,
  nextThing,
  pendingRequest,
} from '../../../components/room/next-sentence.ts'
import { Reached } from '../../../state/moment.svelte.ts'
import { ahead } from '../ahead.ts'
import type { RoomModel } from '../room-model.svelte.ts'

/** What is owed now, for the header and the brief alike; it turns by itself when a wait or a call is over. */
export class NextNow {
  readonly #room: RoomModel
  readonly #asked: Reached
  readonly #called: Reached

  constructor(room: RoomModel) {
    this.#room = room
    this.#asked = new Reached(() => this.#answerUntil)
    this.#called = new Reached(() => this.#callUntil)
    void ahead().then(
      ({ openBeforeClosing }) => (this.#count = openBeforeClosing),
      // The sentence says the same without a number.
      () => undefined,
    )
  }

  /** Whom I asked and who has not answered: when their time is over the sentence turns. */
  readonly #answerUntil = $derived.by(() => {
    const { state, playbook, me } = this.#room
    return pendingRequest({ state, playbook, me })?.until ?? null
  })
  readonly #callUntil = $derived.by(() => callStandsUntil(this.#room.plan, this.#room.moment.now))

  /** Comes with the parts of the room that nothing on screen needs at first. */
  #count = $state.raw<((state: IncidentState, playbook: Playbook) => number) | null>(null)
  readonly #left = $derived.by(() => {
    const { state, playbook } = this.#room
    return state.status.value === 'resolved' ? (this.#count?.(state, playbook) ?? null) : null
  })

  readonly thing = $derived.by<NextThing>(() => {
    const { state, playbook, clocks, plan, moment, me } = this.#room
    return nextThing({
      state,
      playbook,
      deadlines: clocks,
      plan,
      left: this.#left,
      now: Math.max(
        passed(this.#asked, this.#answerUntil),
        passed(this.#called, this.#callUntil),
        moment.now,
      ),
      me,
      nameOf: (id) => this.#room.shortName(id),
    })
  })

  /** What the line under it counts down to, server ms; null: nothing. */
  readonly counts = $derived.by(() => {
    const { until, act } = this.thing
    return until ?? (this.#asked.yes || act !== null ? null : this.#answerUntil)
  })
}

function passed(one: Reached, at: number | null): number {
  return one.yes && at !== null ? at : 0
}
