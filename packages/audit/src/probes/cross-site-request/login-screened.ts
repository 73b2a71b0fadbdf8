import type { LoginCsrfEvidence } from '../../evidence/login-csrf.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import type { ProbeContext } from '../context.ts'
import { isRefused, looksLike, type Made, sendForged } from './login-trial.ts'
import { formWays, type Opened, ownWay } from './login-ways.ts'

const NOBODY = { username: '', password: '' }

/**
 * Whether the ways that were not tried are refused before the site looks at the credentials, so that no login need be
 * spent on each: sent without any they are answered as the one that was tried with them, and the site's own page is not.
 * Null where that cannot be told so.
 */
export async function screened(
  context: ProbeContext,
  page: Opened,
  tried: Made,
): Promise<NonNullable<LoginCsrfEvidence['screened']> | null> {
  if (!isRefused(tried)) return null
  const ways = await formWays(context, page, NOBODY)
  const others = ways.length > 1 ? ways.slice(1) : ways
  const trials = []
  for (const way of others) {
    const browsers = { jar: new BrowserJar(), attacker: page.jar, signsIn: false }
    const [answer] = await sendForged(context, way, browsers)
    if (!looksLike(context, tried.answer, answer)) return null
    const { status, exchange } = answer
    trials.push({ how: way.how, token: way.token, status, exchange })
  }
  await context.signIn.typing?.()
  const own = await context.http.send(await ownWay(context, page, NOBODY))
  if (looksLike(context, tried.answer, own)) return null
  return { trials, own: { status: own.status, exchange: own.exchange } }
}
