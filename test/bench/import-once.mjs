import { readFileSync } from 'node:fs'

/** A process of its own: loads the import, reads one plan for the first time, then again and again. CPU time in ms. */
const [, , bundle = '', plan = ''] = process.argv
const text = readFileSync(plan, 'utf8')
const taken = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const begun = taken()
const { importPlan } = await import(bundle)
const loaded = taken() - begun
const once = () => {
  const from = taken()
  importPlan(text)
  return taken() - from
}
const first = loaded + once()
const again = Array.from({ length: 15 }, once)
console.log(JSON.stringify({ first, again: again.sort((a, b) => a - b)[7], loaded }))
