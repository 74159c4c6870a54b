export interface Greeting {
  host: string
  port: number
  publicUrl: string | undefined
  /** "PostgreSQL", or where the embedded database is. */
  database: string
  durability: string
  testClock: boolean
  /** Secret: these lines go to the terminal and nowhere else. */
  setUpToken: string | null
  /** Addresses of this machine on its networks. */
  addresses: readonly string[]
}

const onlyHere = new Set(['127.0.0.1', 'localhost', '::1'])
const everywhere = new Set(['0.0.0.0', '::'])

/** What whoever started Muster reads on the terminal. */
export function greeting(told: Greeting): string {
  const base = told.publicUrl ?? `http://localhost:${told.port}`
  const lines = [`Muster listens on ${base} (${told.database}). ${told.durability}`]
  if (told.testClock) lines.push('The test clock is on: administrators can move time.')
  if (told.setUpToken !== null) {
    const link = `${base}/setup#${told.setUpToken}`
    lines.push('', 'Nobody has an account yet. Open this link once to set Muster up:', '', `  ${link}`, '')
  }
  if (told.publicUrl === undefined && everywhere.has(told.host)) {
    const links = told.addresses.map((address) => `http://${address}:${told.port}`)
    if (links.length > 0) lines.push(`On the network: ${links.join(', ')}`)
  }
  if (told.publicUrl === undefined && onlyHere.has(told.host))
    lines.push('Only this machine can reach it. For everybody on the network, start it with HOST=0.0.0.0.')
  return `${lines.join('\n')}\n`
}
