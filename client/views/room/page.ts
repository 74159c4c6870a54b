/** The page of a room, as it is loaded. */
export { default } from './Room.svelte'
