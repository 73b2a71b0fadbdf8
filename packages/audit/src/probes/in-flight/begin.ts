import { randomBytes } from 'node:crypto'
import type { BegunRequest } from '../../evidence/in-flight.ts'
import { sendsByScript } from '../../login/sign-in.ts'
import type { RequestBody } from '../../network/body.ts'
import type { BrowserJar, Credential } from '../../network/cookies/jar.ts'
import { type Held, hold } from '../../network/held.ts'
import type { Answer } from '../../network/http.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, type ProbeContext } from '../context.ts'

/** A request that was begun, and what is known of it before its answer. */
export interface Begun {
  readonly how: BegunRequest['how']
  readonly method: string
  readonly url: URL
  readonly request: Held
  /** What carries the session, as it was sent. */
  readonly sent: readonly Credential[]
}

/** A field that no site knows: whoever reads it to its end has nothing to do. */
const NOTHING = ['latchkey', '-'] as const

/** Pages that leave with the logout: on a site that waits for its store one of them is under way when that comes. */
const PAGES = 2
/** And that leave while the logout is under way: what loads the session late in that writes it after its end. */
const LATER_PAGES = 4

/**
 * Requests whose end is kept back, so that whoever reads it waits: to where the login's credentials go, without any, and
 * to an address that nobody has. Neither can change anything.
 */
export function beginHeld(context: ProbeContext, jar: BrowserJar): Begun[] {
  const { http, signIn, oracle, start } = context
  const nowhere = new URL(`/latchkey-${randomBytes(4).toString('hex')}`, oracle.url)
  const isScript = sendsByScript(signIn)
  const body: RequestBody = { type: isScript ? 'json' : 'urlencoded', fields: [NOTHING] }
  // No login, but a limit on logins may count it as one.
  const isLogin = http.allows(signIn.action) && http.budget.loginsLeft > 0
  const urls = isLogin ? [signIn.action, nowhere] : [nowhere]
  const sent = carrierValues(context, jar)
  return urls.map((url) => {
    const how = { url, method: 'POST', body, phase: 'logout', jar, from: start } as const
    const request = hold(http, { ...how, ...(isScript ? { script: true } : {}) })
    return { how: 'held', method: 'POST', url, request, sent }
  })
}

/** The protected page, asked for in the moment in which the logout is. */
export function beginPages(context: ProbeContext, jar: BrowserJar): Begun[] {
  const sent = carrierValues(context, jar)
  return Array.from({ length: PAGES }, () => beginPage(context, jar, sent))
}

/**
 * The protected page again and again during the first half of the time that it takes: a logout takes as long, about. What
 * reads bodies before it loads the session has only such requests under way.
 * @param until whether the logout was answered, after which nothing is begun any more
 */
export async function beginLaterPages(
  context: ProbeContext,
  jar: BrowserJar,
  { tookMs, begun, until }: { tookMs: number; begun: Begun[]; until: () => boolean },
): Promise<void> {
  const sent = carrierValues(context, jar)
  for (let count = 0; count < LATER_PAGES; count += 1) {
    await context.wait(tookMs / (2 * LATER_PAGES))
    if (until()) return
    begun.push(beginPage(context, jar, sent))
  }
}

function beginPage({ http, oracle }: ProbeContext, jar: BrowserJar, sent: readonly Credential[]): Begun {
  const { url, asking } = oracle
  const request = hold(http, { ...asking, url, phase: 'logout', jar })
  return { how: 'page', method: asking.method ?? 'GET', url, request, sent }
}

/** Lets all of them go to their end. @param after the last exchange of what changed the session */
export async function finish(
  context: ProbeContext,
  begun: readonly Begun[],
  after: number,
): Promise<BegunRequest[]> {
  return await Promise.all(
    begun.map(async ({ how, method, url, request, sent }) => {
      const answer = await request.finish()
      const state = answer !== null && how === 'page' ? context.oracle.judge(answer) : null
      const isLate = answer !== null && answer.exchange > after
      // A page that was asked for after the logout came is answered late too, and as to a visitor.
      const overlapped = isLate && (how === 'held' || state === 'signed-in')
      const set = answer !== null && isLate ? carriersSetBy(context, answer) : []
      return {
        how,
        method,
        url: context.http.secrets.redactUrl(url.href),
        exchange: answer?.exchange ?? null,
        overlapped,
        state,
        sets: set.map(({ name }) => name),
        restores: set.filter((each) => isAmong(each, sent)).map(({ name }) => name),
      }
    }),
  )
}

/** Each carrier once, as the answer left it. */
function carriersSetBy(
  { carrier, renamings }: ProbeContext,
  { cookies }: Answer,
): Pick<Credential, 'name' | 'value'>[] {
  const values = cookies.map(({ name, value }) => [underLabel(name, renamings), value] as const)
  const last = new Map(values.filter(([name]) => carrier.carriers.includes(name)))
  return [...last].map(([name, value]) => ({ name, value }))
}

function isAmong({ name, value }: Pick<Credential, 'name' | 'value'>, sent: readonly Credential[]): boolean {
  return sent.some((each) => each.name === name && each.value === value)
}
