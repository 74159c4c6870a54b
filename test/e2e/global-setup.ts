import { findChromium } from '../../scripts/lib/chromium.ts'

/** Unpacks the browser once, before any file asks for it. */
export default async function setup(): Promise<void> {
  await findChromium()
}
