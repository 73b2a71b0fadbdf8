import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { AuditError } from '../../options/errors.ts'

/** Says where the browser is, where it is in none of the usual places. */
const VARIABLE = 'LATCHKEY_CHROMIUM'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** An installed Chromium, or Chrome; null where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env[VARIABLE]
  if (named !== undefined && named !== '') return isProgram(named) ? named : null
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...places, ...ELSEWHERE].find(isProgram) ?? null
}

/** Whether all is there that a sign-in by a browser needs. */
export async function hasBrowser(): Promise<boolean> {
  return findChromium() !== null && (await load()) !== null
}

/**
 * Starts a browser that reaches nothing by itself: its proxy is an address where nobody listens, so that what is not
 * answered by the auditor fails. Throws AuditError `browser_missing`.
 */
export async function startChromium(timeout: number): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) {
    throw new AuditError(
      'browser_missing',
      `--browser needs Chromium or Chrome, and there is none: install one, or name it in ${VARIABLE}`,
    )
  }
  const playwright = await load()
  if (playwright === null) {
    throw new AuditError('browser_missing', '--browser needs playwright-core: npm install playwright-core')
  }
  try {
    return await playwright.chromium.launch({
      executablePath,
      // The command ends in order by itself.
      ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
      // Chromium's own sandbox refuses root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--proxy-server=http://127.0.0.1:9',
        '--proxy-bypass-list=<-loopback>',
      ],
      timeout: Math.max(timeout, 30_000),
    })
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new AuditError('browser_missing', `${executablePath} could not be started (${line})`)
  }
}

async function load(): Promise<typeof import('playwright-core') | null> {
  try {
    return await import('playwright-core')
  } catch {
    return null
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
