import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** @throws Error that says what to install when there is no Chromium */
export function chromiumPath(): string {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(
      `These tests need a real browser, and there is none at ${executablePath}. Install the package "chromium" ` +
        '(Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to the path of one.',
    )
  }
  return executablePath
}

/** @throws Error that says what to install when there is no Chromium */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  })
}
