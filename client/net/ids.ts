/**
 * 128 random bits as 32 letters and digits: for commands and declarations. (`crypto.randomUUID` is missing on
 * plain http, where Muster runs on a LAN.)
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
