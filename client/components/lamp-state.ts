/** What the server has acknowledged: of commands and documents, the worse of the two. */
export type LampState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'saving'; count: number }
  /** `nothing`: this browser keeps nothing beyond the tab. `asOf`: what is shown is from then, server ms. */
  | { kind: 'offline'; kept: number; nothing: boolean; asOf: number | null }
  | { kind: 'refused'; count: number }
