import { describe, expect, it } from 'vitest'
import { greeting } from '../../../server/platform/greeting.ts'
import { parseIsoDuration } from '../../../server/platform/test-clock.ts'

const told = {
  host: '127.0.0.1',
  port: 3000,
  publicUrl: undefined,
  database: 'PostgreSQL',
  durability: 'Synced.',
  testClock: false,
  setUpToken: null,
  addresses: ['192.168.1.20'],
}

describe('what the terminal says', () => {
  it('names one address, and how to open it to others', () => {
    expect(greeting(told)).toBe(
      'Muster listens on http://localhost:3000 (PostgreSQL). Synced.\n' +
        'Only this machine can reach it. For everybody on the network, start it with HOST=0.0.0.0.\n',
    )
  })

  it('names the addresses on the network when it listens there, and PUBLIC_URL before all', () => {
    expect(greeting({ ...told, host: '0.0.0.0' })).toContain('On the network: http://192.168.1.20:3000')
    const behind = greeting({ ...told, publicUrl: 'https://muster.example', setUpToken: 'abc' })
    expect(behind).toContain('https://muster.example/setup#abc')
    expect(behind).not.toMatch(/localhost|HOST=|192\.168/)
  })
})

describe('durations of the test clock', () => {
  it.each([
    ['PT30M', 1_800_000],
    ['PT1.5S', 1_500],
    ['P1DT2H', 93_600_000],
    ['P2W', 1_209_600_000],
    ['PT0S', 0],
    ['P1M', null],
    ['P', null],
    ['PT', null],
    ['P1DT', null],
    ['PT1H30', null],
    ['pt30m', null],
    ['P4000D', null],
    [`PT${'9'.repeat(400)}S`, null],
  ])('%s is %s ms', (text, ms) => {
    expect(parseIsoDuration(text)).toBe(ms)
  })
})
