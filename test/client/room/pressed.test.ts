import { expect, it } from 'vitest'
import { watchPress } from '../../../client/views/room/timeline/pressed.ts'

function watched() {
  const on = new EventTarget()
  const seen = { inside: true, released: 0 }
  const pressed = watchPress(
    on,
    () => seen.inside,
    () => {
      seen.released += 1
    },
  )
  const down = (button: number) => on.dispatchEvent(Object.assign(new Event('pointerdown'), { button }))
  return { on, seen, pressed, down }
}

it.each(['pointerup', 'pointercancel', 'contextmenu', 'blur'])('is released by %s, once', (end) => {
  const { on, seen, pressed, down } = watched()
  down(0)
  expect(pressed.now).toBe(true)
  on.dispatchEvent(new Event(end))
  on.dispatchEvent(new Event(end))
  expect([pressed.now, seen.released]).toEqual([false, 1])
})

it('is no press by another button, nor elsewhere, nor after the end', () => {
  const { on, seen, pressed, down } = watched()
  down(2)
  expect(pressed.now).toBe(false)
  seen.inside = false
  down(0)
  expect(pressed.now).toBe(false)
  seen.inside = true
  pressed.stop()
  down(0)
  on.dispatchEvent(new Event('blur'))
  expect([pressed.now, seen.released]).toEqual([false, 0])
})
