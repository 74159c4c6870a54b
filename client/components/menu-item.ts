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

/** The lines of a menu, made when it opens; they may come with a part of the page that is loaded later. */
export type MenuItems = () => readonly MenuItem[] | Promise<readonly MenuItem[]>
