import { describe, expect, it } from 'vitest'
import { tabFace } from '../../../client/components/room/tab-face.ts'
import { minute, second } from '../../helpers/playbook.ts'
import { aRoom, t0 } from '../../shared/incident/given-when-then.ts'

const ack = aRoom().clock('ack')
const api = { title: 'API down', rank: 2, over: false }
const at = (ms: number, incident = api) => tabFace(incident, ack, t0 + ms)

describe('the tab of a room', () => {
  it('counts down the clock that breaks next, beside the sign', () => {
    expect(at(50 * second).title).toBe('4:10 ▲ API down')
    expect(at(50 * second).icon).toEqual({ rank: 2, state: 'running', mark: '5' })
    expect(at(4 * minute + 30 * second).icon).toEqual({ rank: 2, state: 'at-risk', mark: '1' })
  })

  it('counts up with a plus once it is over', () => {
    expect(at(7 * minute + 10 * second)).toEqual({
      title: '+2:10 ▲ API down',
      icon: { rank: 2, state: 'overdue', mark: '!' },
    })
  })

  it('has a sign per rank, and a ring where none is set', () => {
    const sign = (rank: number | null) => tabFace({ ...api, rank }, null, t0).title.charAt(0)
    expect([1, 2, 3, 4, 5, null].map(sign)).toEqual(['⬣', '▲', '◆', '●', '●', '○'])
  })

  it('looks the same until a minute or the standing turns, so that it is drawn no oftener', () => {
    expect(at(61 * second).icon).toEqual(at(119 * second).icon)
    expect(at(61 * second).icon).not.toEqual(at(121 * second).icon)
    expect(at(6 * minute).icon).toEqual(at(60 * minute).icon)
  })

  it('counts nothing when nothing counts, and says when it is over', () => {
    expect(tabFace(api, null, t0)).toEqual({
      title: '▲ API down',
      icon: { rank: 2, state: 'quiet', mark: '' },
    })
    expect(tabFace({ ...api, over: true }, ack, t0).title).toBe('✓ API down')
  })
})
