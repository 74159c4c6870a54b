const key = 'muster.note-copies'

/** Whether copying a command is noted in the timeline: this person's choice, kept in this browser; yes at first. */
class NoteCopies {
  #yes = $state(read())

  get yes(): boolean {
    return this.#yes
  }

  set yes(yes: boolean) {
    this.#yes = yes
    try {
      localStorage.setItem(key, yes ? 'yes' : 'no')
    } catch {
      // Kept for this visit.
    }
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(key) !== 'no'
  } catch {
    return true
  }
}

export const noteCopies = new NoteCopies()
