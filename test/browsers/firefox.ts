import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Child, startChild } from '../../servers/child.ts'
import { makeFolder, removeFolder } from '../../servers/guard.ts'
import { firefox, programPath } from '../../servers/programs.ts'
import { connectBidi } from './bidi.ts'
import type { Driver } from './browser.ts'

// Cookies stay as the factory has them: what WebDriver recommends for tests would let third-party ones in. The
// others keep it from asking hosts of Mozilla's for updates.
const preferences: Readonly<Record<string, boolean | string>> = {
  'remote.prefs.recommended': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.systemAddon.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
}

/** Debian's Firefox, over the WebDriver BiDi that it speaks by itself. */
export async function startFirefox(): Promise<Driver> {
  const profile = await makeFolder()
  const lines = Object.entries(preferences).map(
    (pair) => `user_pref(${pair.map((each) => JSON.stringify(each))});`,
  )
  await writeFile(join(profile, 'user.js'), lines.join('\n'))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0']
  const child = await startChild(programPath(firefox), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
  })
  const stop = async () => {
    await child.stop()
    await removeFolder(profile)
  }
  try {
    return { ...(await drive(await addressOf(child))), close: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function drive(address: string): Promise<Omit<Driver, 'close'>> {
  const { send } = await connectBidi(`${address}/session`)
  await send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } })
  const { contexts } = await send<{ contexts: { context: string }[] }>('browsingContext.getTree', {})
  const context = contexts[0]?.context

  async function evaluate(expression: string): Promise<unknown> {
    // As JSON, since BiDi has a notation of its own for values.
    const { type, result, exceptionDetails } = await send<Evaluated>('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value))`,
      target: { context },
      awaitPromise: true,
    })
    if (type === 'exception') throw new Error(exceptionDetails?.text)
    return result?.value === undefined ? undefined : JSON.parse(result.value)
  }

  return {
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    async back() {
      await send('browsingContext.traverseHistory', { context, delta: -1 })
    },
    evaluate,
    async click(selector) {
      const place = `(({ x, y, width, height }) => [x + width / 2, y + height / 2])(
        (element => (element.scrollIntoView({ block: 'center' }), element.getBoundingClientRect()))(
          document.querySelector(${JSON.stringify(selector)})))`
      const [x = 0, y = 0] = ((await evaluate(place)) as number[]).map(Math.round)
      const actions = [
        { type: 'pointerMove', x, y },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]
      await send('input.performActions', { context, actions: [{ type: 'pointer', id: 'mouse', actions }] })
    },
    async screenshot() {
      const { data } = await send<{ data: string }>('browsingContext.captureScreenshot', { context })
      return Buffer.from(data, 'base64')
    },
  }
}

interface Evaluated {
  readonly type: 'success' | 'exception'
  readonly result?: { readonly value?: string }
  readonly exceptionDetails?: { readonly text: string }
}

/** It chooses a free port by itself, and says which. */
function addressOf(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const address = /WebDriver BiDi listening on (ws:\/\/[\w.:[\]]+)/.exec(output)?.[1]
      if (address) resolve(address)
    })
    void child.exited.then((code) => reject(new Error(`Firefox ended with ${code}:\n${output}`)))
  })
}
