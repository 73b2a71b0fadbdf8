// Three real browsers, each as a function that opens an address and gives the text of its page. The findings on browsers
// copy this file beside the puppeteer-core that they install.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import puppeteer from 'puppeteer-core'

export async function startChromium() {
  return startPuppeteer({ browser: 'chrome', executablePath: await find('chromium'), args: ['--no-sandbox'] })
}

export async function startFirefox() {
  return startPuppeteer({ browser: 'firefox', executablePath: await find('firefox-esr') })
}

/** The MiniBrowser that the environment names, on a screen that nobody sees. */
export async function startWebKit() {
  const home = `${process.cwd()}/webkit`
  await mkdir(home, { mode: 0o700 })
  const screen = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const display = `:${String(await once(screen.stdio[3], 'data')).trim()}`
  const port = await freePort()
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: { ...settings, PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: display },
  })
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      body: body && JSON.stringify(body),
    })
    const { value } = await answer.json()
    if (!answer.ok) throw new Error(value.message)
    return value
  }
  const browser = { binary: process.env.MINIBROWSER, args: ['--automation'] }
  const wanted = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browser } } }
  const session = await patiently(() => ask('POST', '', wanted))
  return {
    version: `WebKitGTK ${session.capabilities.browserVersion}`,
    async open(url) {
      await ask('POST', `/${session.sessionId}/url`, { url })
      return ask('POST', `/${session.sessionId}/execute/sync`, {
        script: 'return document.body.textContent',
        args: [],
      })
    },
    async close() {
      await ask('DELETE', `/${session.sessionId}`)
      for (const child of [driver, screen]) {
        child.kill()
        await once(child, 'exit')
      }
    },
  }
}

/** Nothing of the user's, neither settings nor a session bus. */
const settings = {
  LANG: 'C.UTF-8',
  NO_AT_BRIDGE: '1',
  GSETTINGS_BACKEND: 'memory',
  DBUS_SESSION_BUS_ADDRESS: 'disabled:',
  LIBGL_ALWAYS_SOFTWARE: '1',
}

async function startPuppeteer(options) {
  const started = await puppeteer.launch({ ...options, userDataDir: `${process.cwd()}/${options.browser}` })
  const page = await started.newPage()
  return {
    version: await started.version(),
    async open(address) {
      await page.goto(address)
      return page.evaluate(() => document.body.textContent)
    },
    close: () => started.close(),
  }
}

async function find(program) {
  const { stdout } = spawn('which', [program])
  return String(await once(stdout, 'data')).trim()
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function patiently(attempt, left = 100) {
  try {
    return await attempt()
  } catch (error) {
    if (left === 0) throw error
    await setTimeout(100)
    return patiently(attempt, left - 1)
  }
}
