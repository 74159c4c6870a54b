import type { Component } from 'svelte'

/** One line of a menu. */
export interface MenuItem {
  label: string
  icon?: Component<{ size?: number | string }>
  /** A second line: what follows from it, or why it cannot be done. */
  hint?: string
  checked?: boolean
  disabled?: boolean
  onselect: () => void
}
