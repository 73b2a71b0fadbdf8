import { Browser, type Driver, type Engine } from './browser.ts'
import { startChromium } from './chromium.ts'
import { startFirefox } from './firefox.ts'
import { startWebKit } from './webkit.ts'

const starts: Readonly<Record<Engine, () => Promise<Driver>>> = {
  Chromium: startChromium,
  Firefox: startFirefox,
  WebKit: startWebKit,
}

export const engines = Object.keys(starts) as readonly Engine[]

/**
 * @throws Error that says what to install when the browser is not there
 */
export async function startBrowser(engine: Engine): Promise<Browser> {
  return new Browser(engine, await starts[engine]())
}
