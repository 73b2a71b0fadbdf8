import { createConnection } from 'node:net'
import type { Readable } from 'node:stream'
import { type Child, startChild } from '../../servers/child.ts'
import { makeFolder, removeFolder } from '../../servers/guard.ts'
import { freePort, host } from '../../servers/ports.ts'
import { miniBrowser, programPath, webKitDriver, xvfb } from '../../servers/programs.ts'
import { until } from '../../servers/until.ts'
import type { Driver } from './browser.ts'
import { startWebDriver, type WebDriver } from './webdriver.ts'

// The key under which WebDriver names an element in its JSON.
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

/** Debian's WebKitGTK in its MiniBrowser, on a screen that nobody sees. */
export async function startWebKit(): Promise<Driver> {
  const started: Child[] = []
  const home = await makeFolder()
  let session: WebDriver | undefined
  const stop = async () => {
    // Its windows first: WebKit's processes complain where their screen is gone.
    await session?.send('DELETE', '').catch(() => undefined)
    for (const child of started.reverse()) await child.stop()
    await removeFolder(home)
  }
  try {
    const screen = await startScreen()
    started.push(screen.child)
    const port = await freePort()
    const env = environment(home, screen.display)
    const driver = await startChild(programPath(webKitDriver), [`--port=${port}`, `--host=${host}`], { env })
    started.push(driver)
    await until('WebKitWebDriver answers', () => isOpen(port))
    session = await startWebDriver(`http://${host}:${port}`, {
      acceptInsecureCerts: true,
      'webkitgtk:browserOptions': {
        binary: programPath(miniBrowser),
        // Intelligent Tracking Prevention is what Safari has on.
        args: ['--automation', '--enable-itp'],
      },
    })
    return { ...drive(session), close: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function drive({ send }: WebDriver): Omit<Driver, 'close'> {
  return {
    open: (url) => send('POST', '/url', { url }),
    back: () => send('POST', '/back'),
    async evaluate(expression) {
      const script = `const done = arguments[0]
        Promise.resolve().then(() => ${expression}).then(
          (value) => done(JSON.stringify({ value })), (error) => done(JSON.stringify({ error: String(error) })))`
      const answer = await send<string>('POST', '/execute/async', { script, args: [] })
      const { value, error } = JSON.parse(answer)
      if (error !== undefined) throw new Error(error)
      return value
    },
    async click(selector) {
      const found = await send<Record<string, string>>('POST', '/element', {
        using: 'css selector',
        value: selector,
      })
      await send('POST', `/element/${found[elementKey]}/click`)
    },
    async screenshot() {
      return Buffer.from(await send<string>('GET', '/screenshot'), 'base64')
    },
  }
}

/** On the first display that is free: the server looks for one, and writes its number to the descriptor. */
async function startScreen(): Promise<{ child: Child; display: string }> {
  const child = await startChild(
    programPath(xvfb),
    ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    // By its own end it removes the lock of its display.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], stopSignal: 'SIGTERM' },
  )
  const display = new Promise<string>((resolve, reject) => {
    let written = ''
    ;(child.process.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
      written += text
      if (written.endsWith('\n')) resolve(`:${written.trim()}`)
    })
    void child.exited.then((code) => reject(new Error(`Xvfb ended with ${code}.`)))
  })
  return { child, display: await display }
}

/** Nothing of the user's, neither settings nor a session bus. */
function environment(home: string, display: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_RUNTIME_DIR: home,
    DISPLAY: display,
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
    GSETTINGS_BACKEND: 'memory',
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    LIBGL_ALWAYS_SOFTWARE: '1',
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
