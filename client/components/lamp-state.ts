/** What the server has acknowledged: of commands and documents, the worse of the two. */
export type LampState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'saving'; count: number }
  | { kind: 'offline'; kept: number }
  | { kind: 'refused'; count: number }
