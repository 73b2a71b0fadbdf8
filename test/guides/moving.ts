import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { cookieJar, started } from './running.ts'

/** Somebody who has signed in with the predecessor. */
export interface Former {
  readonly cookies: Readonly<Record<string, string>>
  /** What `GET /me` answers once they have come over. */
  readonly me: { readonly user: string } & Readonly<Record<string, unknown>>
}

/** How users of a predecessor come over, tried with its own package. */
export interface Move {
  readonly guide: string
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  /** @param url where the guide's program listens */
  former(url: string): Promise<Former>
  /** A session of the predecessor whose time is over. */
  over?(url: string): Promise<Former['cookies']>
}

/** Whoever was signed in stays so, once, under a new ID; and nobody else gets in. */
export async function tryMove(t: TestContext, program: string, move: Move): Promise<void> {
  const url = await started(t, program, move.env)
  const me = async (browser: ReturnType<typeof cookieJar>) => (await browser.ask(`${url}/me`)).json()
  const { cookies, me: known } = await move.former(url)
  const browser = cookieJar(cookies)
  assert.deepEqual(await me(browser), known)
  assert.deepEqual(browser.names, ['__Host-shop'], 'the old cookies go, the new one comes')
  assert.deepEqual(await me(browser), known, 'the new one is enough')

  assert.equal((await me(cookieJar(cookies))).user, null, 'a copy of the old one is refused')
  await browser.ask(`${url}/logout`, 'POST')
  assert.equal((await me(browser)).user, null)
  const other = await move.former(url)
  const forged = Object.entries(other.cookies).map(([name, value]) => [name, altered(value)])
  assert.equal((await me(cookieJar(Object.fromEntries(forged)))).user, null, 'what is forged is refused')
  const over = await move.over?.(url)
  if (over) assert.equal((await me(cookieJar(over))).user, null, 'what is over is refused')
}

/** After the last day an old cookie is worth nothing, and goes all the same. */
export async function tryLate(t: TestContext, program: string, move: Move): Promise<void> {
  const url = await started(t, program, { ...move.env, TAKE_OVER_UNTIL: '2026-01-01' })
  const browser = cookieJar((await move.former(url)).cookies)
  assert.equal((await (await browser.ask(`${url}/me`)).json()).user, null)
  assert.deepEqual(browser.names, [])
}

/** Another value of the same form. */
function altered(value: string): string {
  const at = Math.floor(value.length / 2)
  return `${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`
}
