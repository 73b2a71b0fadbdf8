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

// Each window draws the lists below its address bar beforehand, in a process of their own, and keeps another for what may
// come: half of what a new window costs, where nobody types.
const unseen = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess']
// Playwright leaves these out, and only the last such list counts.
const asPlaywright = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning'],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled'],
  ...['PreconnectToSearch', 'LensOverlay'],
]

/** What Chromium is started with, wherever a test starts it. */
export const chromiumArguments: readonly string[] = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  `--disable-features=${[...asPlaywright, ...unseen].join()}`,
]

/** @throws Error that says what to install when there is no Chromium */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...chromiumArguments] })
}
