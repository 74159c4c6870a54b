import type { Page } from 'playwright-core'
import { launchBrowser } from '../../test/e2e/browser.ts'
import { beginNight, type Night } from '../../test/e2e/night/night.ts'
import { type Act, acts, type Screen } from '../../test/e2e/night/story.ts'

/** Widest part of the sheet one act may take, and the highest a picture of it may be, px. */
const column = { width: 700, height: 438 }
const gap = 12

interface Shot {
  image: string
  /** Width by height. */
  aspect: number
}

/** Plays the scripted night and puts its pictures on one sheet with their captions: a JPEG at `path`. */
export async function nightSheet(path: string): Promise<void> {
  const night = await beginNight()
  const figures: { act: Act; shots: Shot[] }[] = []
  try {
    for (const act of acts) {
      await night.minute(act.minute)
      await act.play(night)
      const shots: Shot[] = []
      for (const screen of act.pictures ?? []) shots.push(await shoot(night, screen))
      if (shots.length > 0) figures.push({ act, shots })
    }
  } finally {
    await night.end()
  }
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 2 * column.width + 72, height: 800 } })
    await page.setContent(sheet(figures.map(({ act, shots }) => figure(act, shots)).join('')))
    await settled(page)
    await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 60 })
  } finally {
    await browser.close()
  }
}

/** Fonts and pictures are there, and nothing fades any more. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))
    const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
    const short = ending.filter((a) => Number(a.effect?.getComputedTiming().endTime) < 3_000)
    await Promise.allSettled(short.map((animation) => animation.finished))
  })
}

async function shoot(night: Night, screen: Screen): Promise<Shot> {
  const page = night[screen]
  await settled(page)
  const { width, height } = page.viewportSize() ?? { width: 16, height: 10 }
  const image = await page.screenshot({ type: 'jpeg', quality: 92 })
  return { image: image.toString('base64'), aspect: width / height }
}

function figure({ title, minute }: Act, shots: readonly Shot[]): string {
  const wide = shots.reduce((sum, { aspect }) => sum + aspect, 0)
  const height = Math.min(column.height, (column.width - gap * (shots.length - 1)) / wide)
  const images = shots.map(
    ({ image, aspect }) =>
      `<img src="data:image/jpeg;base64,${image}" width="${Math.floor(height * aspect)}" height="${Math.floor(height)}">`,
  )
  const at = `03:${String(Math.floor(minute)).padStart(2, '0')}`
  return `<figure><div>${images.join('')}</div><figcaption><b>${at}</b> ${title}</figcaption></figure>`
}

function sheet(figures: string): string {
  return `<!doctype html><style>
    body { margin: 0; padding: 24px; background: #fff; color: #11151b; font: 17px/24px Inter, sans-serif; }
    main { display: grid; grid-template-columns: repeat(2, ${column.width}px); gap: 28px 24px; align-items: end; }
    figure { margin: 0; }
    div { display: flex; gap: ${gap}px; }
    img { border-radius: 8px; box-shadow: 0 0 0 1px #c5cad3; }
    figcaption { min-height: 48px; margin-top: 10px; }
  </style><main>${figures}</main>`
}
