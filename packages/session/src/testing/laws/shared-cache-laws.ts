import assert from 'node:assert/strict'
import {
  type AdapterUnderTest,
  type Answer,
  type Application,
  withApplication,
} from '../adapter-application.ts'
import type { Law } from './law.ts'

interface Stored {
  readonly path: string
  readonly answer: Answer
  /** The Cookie header that it is for; undefined for any. */
  readonly cookie: string | null | undefined
}

/** What a cache in front of the application gives its browsers, and for whom each token was made. */
interface Site {
  ask(browser: string, path: string): Promise<void>
  readonly cookies: Map<string, string | null>
}

const bodies: Readonly<Record<string, (app: Application) => Promise<void>>> = {
  async 'behind a cache that keeps whatever RFC 9111 lets it, nobody gets the token of somebody else'(app) {
    const site = behindCache(app)
    for (const path of ['/public/set/tea', '/public/login/alice', '/public/']) {
      for (const browser of ['one', 'two', 'three']) await site.ask(browser, path)
    }
    for (let n = 0; n < 4; n++) {
      app.clock.advance('20m')
      for (const path of ['/public/', '/public/set/tea'])
        for (const browser of ['one', 'two', 'visitor']) await site.ask(browser, path)
    }
    await site.ask('one', '/public/logout')
    await site.ask('two', '/public/logout')
    const left = site.cookies.get('three') ?? null
    assert.notEqual(left, null, 'a sign-out reached another browser')
  },
}

function behindCache(app: Application): Site {
  const stored: Stored[] = []
  const owners = new Map<string, string>()
  const cookies = new Map<string, string | null>()
  async function ask(browser: string, path: string): Promise<void> {
    const cookie = cookies.get(browser) ?? null
    const known = stored.find((each) => each.path === path && (each.cookie ?? cookie) === cookie)
    const answer = known?.answer ?? (await app.send('GET', path, cookie, {}))
    if (!known && mayKeep(answer.headers)) {
      const isForOne = /\bcookie\b/i.test(answer.headers.get('vary') ?? '')
      stored.push({ path, answer, cookie: isForOne ? cookie : undefined })
    }
    for (const line of answer.sessionCookies) {
      const token = line.slice(line.indexOf('=') + 1, line.indexOf(';'))
      if (!known && token !== '') owners.set(token, browser)
      const owner = owners.get(token) ?? browser
      assert.equal(owner, browser, `${path}: a token of ${owner} reached ${browser}`)
      cookies.set(browser, token === '' ? null : line.slice(0, line.indexOf(';')))
    }
  }
  return { ask, cookies }
}

/** RFC 9111 section 3, by the header for CDNs first (RFC 9213); that an answer sets a cookie is no reason (section 7.3). */
function mayKeep(headers: Headers): boolean {
  const control = headers.get('cdn-cache-control') ?? headers.get('cache-control') ?? ''
  return /\bpublic\b|\bmax-age=[1-9]/.test(control) && !/\bno-store\b|\bprivate\b/.test(control)
}

/** An adapter's answers with a shared cache in front of the application (law 1). */
export function sharedCacheLaws(adapter: AdapterUnderTest): Law[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: () => withApplication(adapter, {}, body),
  }))
}
