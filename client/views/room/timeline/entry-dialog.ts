/** What is asked or shown about an entry; null: nothing. */
export type EntryDialog = 'amend' | 'strike' | 'versions' | null
