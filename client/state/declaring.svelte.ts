/** Whether the declare dialog stands over the page, whichever page that is. */
class Declaring {
  #open = $state(false)

  get open(): boolean {
    return this.#open
  }

  start(): void {
    this.#open = true
  }

  end(): void {
    this.#open = false
  }
}

export const declaring = new Declaring()
