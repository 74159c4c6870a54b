/**
 * A random id of 32 hex digits for a command or a declaration. `crypto.randomUUID` exists only on https and on
 * this machine; Muster also runs over plain http in a local network.
 */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}
