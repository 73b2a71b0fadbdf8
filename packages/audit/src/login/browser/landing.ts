import type { Page } from 'playwright-core'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import { pageOf, type Visit } from '../../network/pages/navigate.ts'
import type { Stored, StoredItem } from '../../options/recording/storage-state.ts'
import { giveBearer } from '../recorded/bearer.ts'
import { tokenIn } from '../recorded/stored-token.ts'
import { failed } from './person.ts'
import type { Wire } from './wire.ts'

const STORED = `(() => Object.entries({ local: localStorage, session: sessionStorage }).flatMap(([store, kept]) =>
  Object.keys(kept).map((name) => ({ origin: location.origin, store, name, value: String(kept.getItem(name)) }))))()`

/** What a login in the browser came to: its last page as it is shown, and what was asked for since the form was sent. */
export async function landingOf(page: Page, wire: Wire, since: number): Promise<Visit> {
  const answers = wire.sent.slice(since).flatMap(({ answer, isData }) => (isData ? [answer] : []))
  const last =
    answers.findLast(({ headers }) => /html/i.test(headers['content-type'] ?? '')) ?? answers.at(-1)
  if (last === undefined) throw failed('the page sent nothing when its login form was submitted')
  const refusal = answers.find(
    ({ method, status }) => method !== 'GET' && [401, 403, 422, 429].includes(status),
  )
  if (refusal) throw failed(`${refusal.url.pathname} answered ${refusal.status} to the credentials`)
  const url = URL.parse(page.url())
  const isOurs = url?.origin === last.url.origin
  const final: Answer = {
    ...last,
    ...(isOurs ? { url } : {}),
    headers: { ...last.headers, 'content-type': 'text/html' },
    body: await contentOf(page),
  }
  return { answers: [...answers, final], final, page: pageOf(final), leftTo: wire.leftTo }
}

// What was waited for may have been a page on the way: Playwright refuses the content of one that is being left.
async function contentOf(page: Page): Promise<string> {
  for (let left = 3; ; left--) {
    try {
      return await page.content()
    } catch (error) {
      if (left === 0) throw error
      await page.waitForLoadState('domcontentloaded')
    }
  }
}

/** What the page keeps in its storage; null where it may keep nothing, as a page in a sandbox. */
export async function storedIn(page: Page): Promise<Stored | null> {
  try {
    return { stores: ['local', 'session'], items: (await page.evaluate(STORED)) as readonly StoredItem[] }
  } catch {
    return null
  }
}

/**
 * Takes over what the page's script sends as its token, or, where the login gave no cookie, what it keeps in its storage.
 */
export function takeToken(
  http: Http,
  wire: Wire,
  jar: BrowserJar,
  before: ReadonlySet<string>,
  stored: Stored | null,
): void {
  const sent = wire.sent.findLast(({ authorization }) => authorization !== null)?.authorization
  const bearer = /^Bearer\s+(\S+)$/i.exec(sent ?? '')?.[1]
  if (bearer !== undefined) {
    giveBearer(jar, bearer, http.secrets)
    return
  }
  if (jar.stored().some(({ name, value }) => !before.has(`${name}=${value}`))) return
  const items = stored?.items ?? []
  for (const { name, value } of items) http.secrets.add(name, value)
  giveBearer(jar, tokenIn(items), http.secrets)
}
