import type { Actor } from '../../shared/incident/actor.ts'
import { type Action, permitted, type Verdict } from '../../shared/incident/permissions.ts'
import { forgetPlaybooks, getMe, type Me, type Person, signOut } from '../net/api.ts'
import { live } from './connection.svelte.ts'
import { kept } from './kept.svelte.ts'

/** Who sits here, as the server says. */
class Session {
  #person = $state.raw<Person | null>(null)
  #needsSetup = $state(false)
  #known = $state(false)
  #linkEnded = $state(false)
  #protocol = $state(0)
  #playbooks = $state.raw<NonNullable<Me['playbooks']>>([])

  get person(): Person | null {
    return this.#person
  }

  /** No account exists yet: the set-up link in the server's terminal comes first. */
  get needsSetup(): boolean {
    return this.#needsSetup
  }

  /** This page was a guest's, and the link it came by holds no more. */
  get linkEnded(): boolean {
    return this.#linkEnded
  }

  /** Whether the server has answered yet. */
  get known(): boolean {
    return this.#known
  }

  /** Protocol number of the server; another one than ours means that this page is too old or too new. */
  get protocol(): number {
    return this.#protocol
  }

  /** What set-up can choose its default from. */
  get playbooks(): NonNullable<Me['playbooks']> {
    return this.#playbooks
  }

  readonly actor = $derived<Actor | null>(this.#person === null ? null : actorOf(this.#person))

  /** Asks the server. @throws RequestFailed */
  async load(): Promise<void> {
    const answer = await getMe()
    const guest = this.#person?.scope != null
    this.#linkEnded = answer.person === null && (guest || this.#linkEnded)
    this.#person = answer.person
    this.#needsSetup = answer.needsSetup
    this.#protocol = answer.protocol
    this.#playbooks = answer.playbooks ?? []
    this.#known = true
    this.#sitsHere()
  }

  /** Nothing of this person stays in this browser. @throws RequestFailed; then they are still signed in */
  async signOut(): Promise<void> {
    await signOut()
    await kept.clear()
    forgetPlaybooks()
    this.#person = null
  }

  #sitsHere(): void {
    kept.attach(
      this.#person?.id ?? null,
      () => live.connection,
      () => {
        this.#person = null
      },
    )
  }

  /** What the one policy says; the server asks the same again. */
  may(action: Action, incident?: { id: string }): Verdict {
    const actor = this.actor
    return actor === null ? { allow: false, reason: 'Sign in first.' } : permitted(actor, action, incident)
  }
}

function actorOf(person: Person): Actor {
  const scope = person.scope ?? undefined
  const actor = { kind: 'person' as const, id: person.id, role: person.role }
  return scope === undefined ? actor : { ...actor, scope }
}

export const session = new Session()
