import { describe, expect, it } from 'vitest'
import { isLocalLink } from '../../../client/net/local-link.ts'

describe('a link that leads to this computer only', () => {
  it.each([
    'http://localhost:3000/join#x',
    'http://127.0.0.1/wall#x',
    'http://127.8.9.1:3000/',
    'http://[::1]:3000/',
  ])('%s', (link) => expect(isLocalLink(link)).toBe(true))
  it.each([
    'http://192.168.1.7:3000/join#x',
    'https://muster.example.org/',
    'https://127.example.org/',
    'no link',
  ])('is not %s', (link) => expect(isLocalLink(link)).toBe(false))
})
