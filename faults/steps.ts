import { randomBytes } from 'node:crypto'
import type { Browser } from './browser.ts'
import type { Ticket } from './oracle.ts'
import { pick } from './random.ts'

/** What a user does next, and how often in proportion to the others. */
export interface Step {
  readonly weight: number
  run(browser: Browser, ticket: Ticket): Promise<void>
}

/** All but signing in, which comes first. */
export const steps: readonly Step[] = [
  { weight: 30, run: look },
  { weight: 20, run: write },
  { weight: 6, run: visit },
  { weight: 4, run: guess },
  { weight: 12, run: haunt },
  { weight: 6, run: rotate },
  { weight: 5, run: list },
  { weight: 6, run: revokeAnother },
  { weight: 5, run: logOut },
  { weight: 1, run: logOutEverywhere },
  { weight: 4, run: logOutDuringWrite },
]

export async function signIn(browser: Browser): Promise<void> {
  const ticket = browser.oracle.signedIn(
    browser.user,
    await browser.ask(`/sign-in?user=${browser.user}`, null),
  )
  if (ticket) browser.stock.push(ticket)
}

export async function look(browser: Browser, ticket: Ticket): Promise<void> {
  browser.oracle.looked(ticket, await browser.ask('/me', ticket.token))
}

async function write(browser: Browser, ticket: Ticket): Promise<void> {
  const count = browser.next()
  browser.oracle.wrote(ticket, count, await browser.ask(`/set?count=${count}`, ticket.token))
}

export async function visit(browser: Browser): Promise<void> {
  browser.oracle.visited(await browser.ask('/me', null))
}

/** A token of nobody's, or the sid of a live session with a secret of nobody's. */
async function guess(browser: Browser, ticket: Ticket): Promise<void> {
  const invented = randomBytes(48).toString('base64url')
  const token = browser.random() < 0.5 ? invented : ticket.sid + invented.slice(ticket.sid.length)
  browser.oracle.guessed(await browser.ask('/me', token))
}

/** Somebody tries a token that has ended. */
async function haunt(browser: Browser): Promise<void> {
  const ghost = pick(browser.random, browser.ghosts)
  if (!ghost) return
  if (browser.random() < 0.5) return look(browser, ghost)
  return write(browser, ghost)
}

async function rotate(browser: Browser, ticket: Ticket): Promise<void> {
  const rotated = browser.oracle.rotated(ticket, await browser.ask('/rotate', ticket.token))
  if (rotated) browser.stock.push(rotated)
}

async function list(browser: Browser, ticket: Ticket): Promise<void> {
  browser.oracle.listed(ticket, browser.stock, await browser.ask('/devices', ticket.token))
}

async function revokeAnother(browser: Browser, ticket: Ticket): Promise<void> {
  const other = pick(
    browser.random,
    browser.stock.filter(({ sid }) => sid !== ticket.sid),
  )
  if (!other) return
  browser.oracle.endAsked(other, await browser.ask(`/revoke?sid=${other.sid}`, ticket.token), ticket)
}

export async function logOut(browser: Browser, ticket: Ticket): Promise<void> {
  browser.oracle.endAsked(ticket, await browser.ask('/log-out', ticket.token))
}

async function logOutEverywhere(browser: Browser, ticket: Ticket): Promise<void> {
  const answer = await browser.ask('/log-out-everywhere', ticket.token)
  // Its own token last: it is the evidence for the others.
  const others = browser.stock.filter((each) => each !== ticket)
  for (const other of others) browser.oracle.endAsked(other, answer, ticket)
  browser.oracle.endAsked(ticket, answer)
}

/** A write that has read the session, but not written yet, while the session is logged out. */
async function logOutDuringWrite(browser: Browser, ticket: Ticket): Promise<void> {
  const gate = `gate-${browser.index}-${browser.next()}`
  const port = browser.port()
  const count = browser.next()
  const late = browser.ask(`/set?count=${count}&gate=${gate}`, ticket.token, { port, isHeld: true })
  await Promise.race([late, browser.ask(`/gate/arrived?name=${gate}`, null, { port })])
  await logOut(browser, ticket)
  await browser.ask(`/gate/open?name=${gate}`, null, { port })
  browser.oracle.wroteLate(ticket, count, await late)
}
