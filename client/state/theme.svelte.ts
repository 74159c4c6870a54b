export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'muster.theme'

function read(): ThemeChoice {
  try {
    const kept = localStorage.getItem(key)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

/** Light, dark, or as the system says; kept in this browser. */
class Theme {
  #choice = $state<ThemeChoice>(read())

  get choice(): ThemeChoice {
    return this.#choice
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice
    this.apply()
    try {
      if (choice === 'system') localStorage.removeItem(key)
      else localStorage.setItem(key, choice)
    } catch {
      // A browser that keeps nothing still changes its looks for this visit.
    }
  }

  apply(): void {
    if (this.#choice === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = this.#choice
  }
}

export const theme = new Theme()
