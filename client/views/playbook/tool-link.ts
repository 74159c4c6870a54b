import { givenValue, type Stated } from '../../../shared/playbook/stated.ts'

/**
 * Where a tool opens, or null: an address that nobody stated, one with a part that nobody set, and anything but
 * http and https is no link.
 */
export function safeLink(tool: { address: Stated<string>; vars: readonly string[] }): string | null {
  const address = givenValue(tool.address)
  if (address === null || tool.vars.length > 0) return null
  return /^https?:\/\/[^\s[\]{}<>]+$/i.test(address) ? address : null
}
