import type { Exchange } from '../exchange.ts'
import { isOfSamePage, isTopLevelGet, type Navigation } from './navigation.ts'

// A Strict cookie stays away from a navigation that began elsewhere, and browsers do not always say that it did: Back
// (WebKit) and addresses from a mail that another site redirects here (Firefox, WebKit) arrive as Sec-Fetch-Site: none,
// as what a user types does. A second cookie without any secret, Lax, comes along then, and says that there is a Strict
// one to ask for. Who has no session has no such cookie, and pays nothing (decisions/0023).

/** Keeps the prefix of the session cookie's name, and with it what browsers demand of both. */
export function companionName(name: string): string {
  return `${name}-present`
}

const strict = '; SameSite=Strict'

/**
 * The companion's Set-Cookie line, made from the session cookie's: it lives as long, in the same place, and goes when
 * that one goes. Null where the session cookie is not Strict and needs none.
 */
export function companionLine(name: string, line: string): string | null {
  const end = line.indexOf(';')
  if (end < 0 || !line.endsWith(strict)) return null
  const isRemoval = end === name.length + 1
  const attributes = line.slice(end, -strict.length)
  return `${companionName(name)}=${isRemoval ? '' : '1'}${attributes}; SameSite=Lax`
}

/** Whether a Cookie header has the companion and not the session cookie itself. */
export function isLeftAlone(header: string | null | undefined, name: string): boolean {
  const companion = companionName(name)
  if (!header?.includes(companion)) return false
  const names = header.split(';').map((pair) => pair.split('=', 1)[0]?.trim())
  return names.includes(companion) && !names.includes(name)
}

type State = 'accompanied' | 'left alone'

// Beside the exchanges, which belong to the adapters; only those of adapters that ask for it are here.
const states = new WeakMap<Exchange, State>()

/** From now on, what sets or removes this exchange's session cookie does the same with the companion. */
export function accompany(exchange: Exchange, name: string): void {
  states.set(exchange, isLeftAlone(exchange.header('cookie'), name) ? 'left alone' : 'accompanied')
}

/** Whether the Strict cookie is missing in this request though the browser should have one. */
export function wasLeftAlone(exchange: Exchange): boolean {
  return states.get(exchange) === 'left alone'
}

/** Sets or removes the session cookie, with its companion where it has one. */
export function setAccompanied(exchange: Exchange, name: string, line: string, stands?: () => boolean): void {
  exchange.setCookie(name, line, stands)
  const companion = states.has(exchange) ? companionLine(name, line) : null
  if (companion !== null) exchange.setCookie(companionName(name), companion, stands)
}

/**
 * Removes a companion that came alone with a navigation that is called our own page's, which would have brought both
 * cookies were both still there: so nobody is entered again for ever. (Through a service worker a stranger's is called
 * so too, and is entered again once; the next renewal brings the companion back.)
 * @param removal the line that removes the session cookie
 */
export function removeIfSpent(exchange: Exchange, name: string, removal: string): void {
  if (!wasLeftAlone(exchange) || !isTopLevelGet(exchange)) return
  const isSecond = exchange.header('sec-fetch-site') === 'same-origin' || isOfSamePage(exchange as Navigation)
  const line = isSecond ? companionLine(name, removal) : null
  if (line !== null) exchange.setCookie(companionName(name), line)
}
