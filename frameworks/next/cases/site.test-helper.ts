import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import type { TestContext } from 'node:test'
import { createSessions, memoryStore, type Session, type Sessions, type SessionsOptions } from 'latchkey'
import { type AdapterUnderTest, type FakeClock, fakeClock } from 'latchkey/testing'
import type { Built } from './start.test-helper.ts'

export const cookieName = '__Host-session'

export interface Site {
  readonly url: string
  readonly sessions: Sessions
  readonly clock: FakeClock
  /** Operations of the store since this was asked last. */
  operations(): readonly string[]
  /** Cookie header of somebody who is signed in. */
  signedIn(): Promise<string>
  user(cookie: string | null): Promise<string | null>
  ask(path: string, cookie?: string | null, init?: RequestInit): Promise<Answer>
  /** Sends the form of /acting as a browser without scripts does. */
  act(fields: Record<string, string>, cookie?: string | null, init?: RequestInit): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** Set-Cookie lines of the session cookie. */
  readonly lines: readonly string[]
  /** `name=value` of the last. */
  readonly cookie: string | null
}

interface Doing {
  readonly proxy?: (request: Request, session: Session) => Promise<Response | null>
  readonly deed?: (session: Session) => Promise<unknown>
  readonly around?: (handle: RequestListener, sessions: Sessions) => RequestListener
  readonly options?: Partial<SessionsOptions>
  /** Of the adapter. */
  readonly adapter?: Parameters<AdapterUnderTest['serve']>[2]
}

/** The built application, with what its components, actions and its proxy do. */
export async function siteOf(
  t: TestContext,
  built: Built,
  { proxy, deed, around, options, adapter = {} }: Doing,
): Promise<Site> {
  const clock = fakeClock()
  const done: string[] = []
  const store = new Proxy(memoryStore(), {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        done.push(String(name))
        return Reflect.apply(member, target, args)
      }
    },
  })
  const sessions = createSessions({ store, now: clock.now, sweepInterval: false, ...options })
  const { url, close } = await built.serve(
    {
      sessions,
      handler: async (session, path) => {
        if (path.startsWith('/login/')) await session.login(path.slice(7))
        return String(session.userId)
      },
      options: adapter,
      ...(proxy && { proxy: proxy as never }),
      ...(deed && { deed: deed as never }),
    },
    around && ((handle) => around(handle, sessions)),
  )
  t.after(close)

  async function ask(path: string, cookie: string | null = null, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...init.headers, ...(cookie !== null && { cookie }) }
    const response = await fetch(url + path, { redirect: 'manual', ...init, headers })
    const lines = response.headers.getSetCookie().filter((line) => line.startsWith(`${cookieName}=`))
    const pair = lines.at(-1)?.split(';')[0] ?? null
    return {
      status: response.status,
      body: (await response.text()).replaceAll('<!-- -->', ''),
      headers: response.headers,
      lines,
      cookie: pair,
    }
  }

  return {
    url,
    sessions,
    clock,
    operations: () => done.splice(0),
    ask,
    async signedIn() {
      const { cookie } = await ask('/login/alice')
      assert.ok(cookie)
      done.splice(0)
      return cookie
    },
    user: async (cookie) => {
      const { body } = await ask('/', cookie)
      return body === 'null' ? null : body
    },
    async act(fields, cookie, init) {
      const page = await (await fetch(`${url}/acting`)).text()
      const name = /\$ACTION_ID_\w+/.exec(page)?.[0]
      assert.ok(name, page)
      const body = new FormData()
      for (const [field, value] of Object.entries({ [name]: '', ...fields })) body.set(field, value)
      done.splice(0)
      return ask('/acting', cookie, { ...init, method: 'POST', body })
    },
  }
}
