import type { VisitorCookie } from '../../evidence/visitor.ts'
import type { Answer, Http } from '../../network/http.ts'
import { isSpent } from '../context.ts'
import { candidatesIn } from './candidates.ts'
import { Clients, given } from './clients.ts'
import { fileOf } from './files.ts'
import { mayBeRemembered, type Role, remembered, roleOf } from './role.ts'
import { tokensOf } from './tokens.ts'
import { isEverywhere, keptControl, type Pair, TRIAL_REQUESTS, type Trial, tryCookie } from './trials.ts'

/** A cookie, and what it did when it was tried. */
export interface Tried {
  readonly cookie: VisitorCookie
  readonly trial: Trial | null
}

/** What a visitor's page gives. */
export interface Visitor {
  readonly clients: Clients
  readonly pair: Pair
  readonly tried: readonly Tried[]
}

/** Most requests of the step. */
export const VISITOR_REQUESTS = 10

/**
 * Proves by behaviour which cookies are a visitor's session, by GET requests alone. What is not proved is undecided:
 * preferences, tests, balancers and guards against forged forms come as random cookies too. Null when the pages seen
 * so far gave no cookie.
 */
export async function proveSessions(http: Http, seen: readonly Answer[]): Promise<Visitor | null> {
  const page = seen.find(({ cookies }) => cookies.some(({ deletion }) => !deletion))
  if (page === undefined) return null
  const clients = new Clients(http, page.url, VISITOR_REQUESTS)
  const first = await clients.fresh()
  const second = await clients.fresh()
  const earlier = seen.filter(
    ({ url, exchange }) => url.href === page.url.href && exchange < first.answer.exchange,
  )
  const pair: Pair = {
    first,
    second,
    again: await clients.ask(given(first)),
    earlier: earlier.map(tokensOf),
  }
  const tried: Tried[] = []
  for (const { name, ruledOut } of candidatesIn(pair, seen)) {
    if (ruledOut === null) tried.push(await attempt(clients, pair, name))
    else
      tried.push({ cookie: cookieOf(name, { provedBy: null, resembles: false, why: ruledOut }), trial: null })
  }
  return { clients, pair, tried }
}

/** Tries one cookie, as far as the requests go. */
async function attempt(clients: Clients, pair: Pair, name: string): Promise<Tried> {
  const why = `the requests of an audit without an account were spent before ${name} was told from other cookies`
  const spent: Role = { provedBy: null, resembles: true, why }
  if (clients.left < TRIAL_REQUESTS - 2) return { cookie: cookieOf(name, spent), trial: null }
  try {
    const trial = await tryCookie(clients, pair, name)
    const role = roleOf(trial) ?? mayBeRemembered(trial, shows(pair, trial))
    if (role !== null) return { cookie: cookieOf(name, role, trial), trial }
    if (clients.left === 0) return { cookie: cookieOf(name, spent, trial), trial }
    const everywhere = await isEverywhere(clients, fileOf(pair.first.answer), name)
    return { cookie: cookieOf(name, remembered(name, everywhere), trial), trial }
  } catch (error) {
    if (isSpent(error)) return { cookie: cookieOf(name, spent), trial: null }
    throw error
  }
}

function cookieOf(name: string, role: Role, trial: Trial | null = null): VisitorCookie {
  return {
    name,
    ...role,
    exchanges: trial?.exchanges ?? [],
    controls: trial === null || role.provedBy === null ? [] : [keptControl(trial)],
  }
}

/** The page repeats the cookie's value, as it does for a script or a form to send. */
function shows({ first, second }: Pair, { issued: [mine, theirs] }: Trial): boolean {
  return first.answer.body.includes(mine) || second.answer.body.includes(theirs)
}
