import type { TabIcon } from '../../components/room/tab-face.ts'

const size = 32

/** The signs of the badges on a field of 16, as `SeveritySign` draws them. */
const shapes = {
  octagon: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z',
  triangle: 'M8 .6 15.6 14.2a.8.8 0 0 1-.7 1.2H1.1A.8.8 0 0 1 .4 14.2z',
  diamond: 'M8 .2 15.8 8 8 15.8.2 8z',
  disc: 'M8 1a7 7 0 1 1 0 14A7 7 0 1 1 8 1z',
} as const

function shapeOf(rank: number | null): keyof typeof shapes {
  if (rank === null || rank > 3) return 'disc'
  return rank <= 1 ? 'octagon' : rank === 2 ? 'triangle' : 'diamond'
}

/** Tokens are `light-dark(...)`: only a colour that is used has its value. */
function colourOf(token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Draws the sign; a data URL, or null where the browser draws nothing. */
export function drawIcon({ rank, state, mark }: TabIcon): string | null {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const context = canvas.getContext('2d')
  if (context === null) return null
  const scale = size / 16
  const shape = shapeOf(rank)
  const path = new Path2D()
  path.addPath(new Path2D(shapes[shape]), new DOMMatrix().scale(scale))
  const set = `--rank${Math.min(5, Math.max(1, rank ?? 5))}`
  const hollow = rank === null || state === 'over'
  context.fillStyle = context.strokeStyle = colourOf(hollow ? '--ink2' : set)
  if (hollow) {
    context.lineWidth = 3
    if (rank === null) context.setLineDash([6, 5])
    context.save()
    context.clip(path)
    context.lineWidth = 6
    context.stroke(path)
    context.restore()
  } else context.fill(path)
  if (mark !== '') {
    context.fillStyle = colourOf(hollow ? '--ink' : `${set}-text`)
    const high = shape === 'triangle' ? (mark.length > 1 ? 15 : 18) : mark.length > 1 ? 18 : 22
    context.font = `700 ${high}px ${getComputedStyle(document.body).fontFamily}`
    context.textAlign = 'center'
    context.textBaseline = 'alphabetic'
    context.fillText(mark, size / 2, shape === 'triangle' ? 27.5 : size / 2 + high * 0.36)
  }
  if (state === 'at-risk' || state === 'overdue') corner(context, state)
  return canvas.toDataURL('image/png')
}

/** Overdue: a solid square in the corner; at risk: a hollow one. Told apart without colour. */
function corner(context: CanvasRenderingContext2D, state: 'at-risk' | 'overdue'): void {
  const side = 11
  context.clearRect(size - side - 2, 0, side + 2, side + 2)
  context.fillStyle = context.strokeStyle = colourOf(state === 'overdue' ? '--over' : '--risk')
  if (state === 'overdue') context.fillRect(size - side, 0, side, side)
  else {
    context.lineWidth = 3
    context.strokeRect(size - side + 1.5, 1.5, side - 3, side - 3)
  }
}

/** The page's icon while a room is open. Gives a way to show one, and one to leave. */
export function tabIcon(): { show: (icon: TabIcon) => void; leave: () => void } {
  const link = document.createElement('link')
  link.rel = 'icon'
  link.type = 'image/png'
  document.head.append(link)
  let shown = ''
  return {
    show(icon) {
      const key = `${icon.rank} ${icon.state} ${icon.mark}`
      if (key === shown) return
      shown = key
      const drawn = drawIcon(icon)
      if (drawn === null) return
      link.href = drawn
      link.dataset.shows = key
    },
    leave: () => link.remove(),
  }
}
