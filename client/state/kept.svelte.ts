import type { OutboxChange } from '../net/outbox.ts'
import type { Connection } from '../net/socket.ts'
import type { TrayItem } from '../net/storage/database.ts'
import { Keeper, type Keeping } from '../net/storage/keeper.ts'
import { Tabs } from '../net/storage/tabs.ts'
import { forgetUnsaved, unsavedCount } from './unsaved.ts'

/** What dead tabs left is looked for so often, ms; a tab that closes says so itself. */
const lookEveryMs = 20_000

/**
 * What this browser keeps of the person who sits here: unsent commands, words that were not accepted, the rooms last
 * seen. One per page; `attach` says who sits here.
 */
class Kept {
  #keeper: Keeper | null = null
  #tabs: Tabs | null = null
  #connection: Connection | null = null
  #stops: (() => void)[] = []
  #keeping = $state.raw<Keeping>({ kind: 'opening' })
  #tray = $state.raw<readonly TrayItem[]>([])
  #incident: string | null = null
  /** Words that the browser could not keep; they live in this page. */
  #loose: readonly TrayItem[] = []

  /** Whether what is written here outlives the page. */
  get keeping(): Keeping {
    return this.#keeping
  }

  get keeper(): Keeper | null {
    return this.#keeper
  }

  /** Words of the open room that were not accepted, oldest first. */
  get tray(): readonly TrayItem[] {
    return this.#tray
  }

  /** Somebody sits here, or nobody: takes up what they left in this browser. `signedOut`: in another tab. */
  attach(person: string | null, connected: () => Connection, signedOut: () => void): void {
    if (this.#keeper?.person === person || (person === null && this.#keeper === null)) return
    this.#detach()
    if (person === null) return
    const connection = connected()
    const keeper = new Keeper(person, (keeping) => {
      if (this.#keeper === keeper) this.#keeping = keeping
    })
    const tabs = new Tabs(person, {
      left: () => void this.#adopt(),
      tray: () => void this.#readTray(),
      only: () => this.#onlyHere(),
      signedOut: () => {
        forgetUnsaved()
        this.#detach()
        signedOut()
      },
    })
    this.#keeper = keeper
    this.#tabs = tabs
    this.#connection = connection
    this.#keeping = keeper.keeping
    connection.outbox.keepOn(keeper, tabs.id)
    const looking = setInterval(() => void this.#adopt(), lookEveryMs)
    this.#stops = [
      connection.onOutbox((change) => this.#took(change)),
      connection.onStatus((status) => status === 'live' && void this.#adopt()),
      () => clearInterval(looking),
    ]
    void this.#adopt()
    void this.#readTray()
  }

  /** The tray is that of this incident. */
  openTray(incidentId: string): void {
    this.#incident = incidentId
    this.#show([])
    void this.#readTray()
  }

  /** Puts words into the tray that did not come from a command. Resolves when they are as safe as they can be. */
  async refuse(item: TrayItem): Promise<void> {
    this.#add(item)
    const kept = await this.#keeper?.refuse(item)
    if (kept === true) this.#tabs?.tellTray()
  }

  /** Takes words out of the tray, for good. */
  async discard(id: string): Promise<void> {
    // Shown gone is gone: a page that is closed at once does not find them again.
    await this.#keeper?.discard(id)
    this.#loose = this.#loose.filter((item) => item.id !== id)
    this.#show(this.#tray.filter((item) => item.id !== id))
    this.#tabs?.tellTray()
  }

  /**
   * How many things exist only in this browser: not sent yet, not accepted, or left unsaved in one of its tabs. Takes
   * as long as the other tabs have to answer.
   */
  async unsent(): Promise<number> {
    const elsewhere = (await this.#tabs?.onlyElsewhere()) ?? 0
    const unsent = new Set(await this.#keeper?.unsent())
    for (const { command } of this.#connection?.outbox.waiting ?? []) unsent.add(command.id)
    for (const { id } of this.#loose) unsent.add(id)
    return unsent.size + unsavedCount(this.#keeper?.person ?? null) + elsewhere
  }

  /** What no other tab can count: words left unsaved here, and what the browser does not keep. */
  #onlyHere(): number {
    const sent =
      this.#keeping.kind === 'kept' ? 0 : this.#loose.length + (this.#connection?.outbox.waiting.length ?? 0)
    return sent + unsavedCount(this.#keeper?.person ?? null)
  }

  /** They signed out: nothing of them stays in this browser, in no tab. */
  async clear(): Promise<void> {
    const keeper = this.#keeper
    this.#connection?.outbox.forget()
    this.#tabs?.tellSignedOut()
    await keeper?.clear()
    forgetUnsaved()
    this.#detach()
  }

  async #adopt(): Promise<void> {
    const [keeper, tabs, connection] = [this.#keeper, this.#tabs, this.#connection]
    if (keeper === null || tabs === null || connection === null) return
    const alive = await tabs.alive()
    const left = await keeper.adopt(tabs.id, alive)
    if (this.#keeper === keeper) connection.outbox.adopt(left)
  }

  #took(change: OutboxChange): void {
    if (change.kind !== 'refused') return
    this.#add(change.item)
    this.#tabs?.tellTray()
  }

  #add(item: TrayItem): void {
    this.#loose = [...this.#loose.filter((other) => other.id !== item.id), item]
    if (item.incidentId === this.#incident) this.#show([...this.#tray, item])
  }

  async #readTray(): Promise<void> {
    const incident = this.#incident
    if (incident === null || this.#keeper === null) return
    const stored = await this.#keeper.tray(incident)
    if (incident !== this.#incident) return
    const here = new Set(stored.map((item) => item.id))
    // Once the browser has them they are no longer this page's alone.
    if (this.#keeping.kind === 'kept') this.#loose = this.#loose.filter((item) => !here.has(item.id))
    this.#show([
      ...stored,
      ...this.#loose.filter((item) => item.incidentId === incident && !here.has(item.id)),
    ])
  }

  #show(items: readonly TrayItem[]): void {
    const distinct = new Map(items.map((item) => [item.id, item]))
    this.#tray = [...distinct.values()].sort((a, b) => a.at - b.at)
  }

  #detach(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    this.#connection?.outbox.forget()
    this.#tabs?.close()
    void this.#keeper?.close()
    this.#keeper = null
    this.#tabs = null
    this.#keeping = { kind: 'opening' }
    this.#loose = []
    this.#show([])
  }
}

export const kept = new Kept()
