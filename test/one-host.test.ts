import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { demoPassword } from '../examples/shared/accounts.ts'
import { startServer } from './start-server.ts'

// Cookies know hosts, not ports: whoever tries two of our applications has them in one browser, on one host.

/** A browser's cookies for localhost: one jar, whatever the port. */
class Browser {
  readonly #jar = new Map<string, string>()

  async ask(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#jar].map((pair) => pair.join('=')).join('; ')
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    const body = form && { method: 'POST', body: new URLSearchParams(form) }
    const response = await fetch(url, { ...body, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#jar.delete(name)
      else this.#jar.set(name, value)
    }
    return response
  }
}

interface Application {
  readonly script: string
  readonly signIn: string
  /** A page that visitors do not see. */
  readonly own: string
  /** What it shows. */
  readonly shows: RegExp
}

const applications: readonly Application[] = [
  { script: 'examples/hono.ts', signIn: '/login', own: '/account', shows: /Signed in as/ },
  { script: 'examples/express.ts', signIn: '/login', own: '/account', shows: /Signed in as/ },
  { script: 'examples/node-http.ts', signIn: '/login', own: '/account', shows: /Signed in as/ },
  { script: 'examples/fetch.ts', signIn: '/login', own: '/account', shows: /Signed in as/ },
  { script: 'examples/accounts.ts', signIn: '/login', own: '/sessions', shows: /"isThisOne":true/ },
  { script: 'examples/streams/server.ts', signIn: '/login', own: '/', shows: /Streams/ },
  { script: 'apps/console/src/main.ts', signIn: '/sign-in', own: '/devices', shows: /This device/ },
]

test('the console and the examples leave each other signed in, in one browser on one host', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-one-host-'))
  const browser = new Browser()
  const pages: [string, RegExp][] = []
  for (const { script, signIn, own, shows } of applications) {
    const isConsole = signIn === '/sign-in'
    const server = await startServer(script, { LATCHKEY_DATA: join(folder, 'console.sqlite') })
    t.after(() => server.stop())
    const alice = { username: 'alice', password: isConsole ? 'seven quiet lighthouses' : demoPassword }
    if (isConsole) await browser.ask(`${server.url}/sign-up`, alice)
    await browser.ask(server.url + signIn, alice)
    pages.push([server.url + own, shows])
  }
  t.after(() => rm(folder, { recursive: true }))
  for (const [page, shows] of pages) assert.match(await (await browser.ask(page)).text(), shows)
})

test('every application of this repository that is to be tried has a cookie name of its own', async () => {
  const names = new Map<string, string>()
  const sources = (await readdir('examples', { recursive: true }))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join('examples', path))
  for (const path of [...sources, 'apps/console/src/console.ts']) {
    const text = await readFile(path, 'utf8')
    if (!text.includes('createSessions<') && !text.includes('createSessions({')) continue
    const name = /\{ name: '(__Host-[\w-]+)'/.exec(text)?.[1]
    assert.ok(name, `${path} has the default name`)
    assert.equal(names.get(name), undefined, `${path} has the name of another`)
    names.set(name, path)
  }
  assert.equal(names.size, 15)
})
