import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { root } from './freshness.mjs'

/**
 * Only what a test browser in a container needs, and what keeps it from talking to anybody: the flags
 * the package itself proposes run everything in one process and turn web security off.
 */
const args = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
]

interface Chromium {
  readonly executablePath: string
  readonly env: Record<string, string>
}

/**
 * A Chromium for tests: CHROME_PATH if set, else the packaged one with the libraries it brings,
 * unpacked below .cache on first use. Safe when several processes ask at once.
 * @throws when there is none for this machine
 */
export async function findChromium(): Promise<Chromium> {
  const own = process.env.CHROME_PATH
  if (own) return { executablePath: own, env: environment({}) }
  const folder = join(root, '.cache/chromium', packagedVersion())
  if (!existsSync(folder)) await unpack(folder)
  const fonts = join(folder, 'fonts/own.conf')
  if (!existsSync(fonts)) await writeFile(fonts, fontsFor(folder))
  return {
    executablePath: join(folder, 'chromium'),
    env: environment({ LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: fonts }),
  }
}

/**
 * The packaged configuration looks for fonts where a Lambda has them and finds none here; a page that then
 * falls back to a font of the system (any text before ours is loaded, any monospace) ends its process.
 */
function fontsFor(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts/cache')}</cachedir>
</fontconfig>
`
}

/** Starts a headless browser. The caller closes it. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({ ...(await findChromium()), args })
}

function packagedVersion(): string {
  const path = join(root, 'node_modules/@sparticuz/chromium/package.json')
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}

function environment(extra: Record<string, string>): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(own), ...extra }
}

/** Unpacks beside the goal and renames, so that a killed run never leaves half a browser. */
async function unpack(folder: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the packaged Chromium is for Linux on x64; set CHROME_PATH')
  }
  await mkdir(dirname(folder), { recursive: true })
  const own = await mkdtemp(`${folder}-`)
  const before = { ...process.env }
  const restore = () => {
    // Key by key: the names that native code reads are those of the real environment.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
  try {
    // The package reads where to unpack, and whether its own libraries are wanted, from the environment.
    process.env.TMPDIR = own
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x'
    const { default: packaged } = await import('@sparticuz/chromium')
    packaged.setGraphicsMode = false
    await packaged.executablePath()
    await rename(own, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    restore()
    await rm(own, { recursive: true, force: true })
  }
}
