import type { LoginCsrfEvidence } from '../../evidence/login-csrf.ts'
import { type Control, expectState } from '../../evidence/observation.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import type { ProbeContext } from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import { mayGoOnMeanwhile, type SecondLook } from '../second-look.ts'
import { newSession, noCookies } from '../sessions/at-hand.ts'
import { screened } from './login-screened.ts'
import { areAlike, isIn, tryEach } from './login-trial.ts'
import { formWays, type Opened, scriptWays, whyUntried } from './login-ways.ts'

/**
 * Whether a page of another site can sign a browser in with credentials of its own choosing. Each way is tried in a
 * browser that is not signed in. Where none works they must be refused alike, or are tried once more, as it might have been
 * something in front of the site that refused one; and the login as the site's own page does it must work after them.
 */
export async function probeLoginCsrf(
  context: ProbeContext,
): Promise<LoginCsrfEvidence | SecondLook<LoginCsrfEvidence>> {
  const url = context.http.secrets.redactUrl(context.signIn.action.href)
  const untried = whyUntried(context)
  if (untried !== null) return { url, untried, trials: [], alike: false, controls: [] }
  const { isOpen, ...found } = await forged(context)
  const evidence = { url, untried, ...found }
  if (isOpen) return { ...evidence, controls: [await asVisitor(context)] }
  const { newest } = context
  if (!mayGoOnMeanwhile(context)) return { ...evidence, controls: await controlsOf(context, newest) }
  // The steps after this one make logins as well: where one worked, none is spent on showing that.
  let controls: Control[] = []
  return {
    afterMs: 0,
    meanwhile: true,
    async look() {
      controls = await controlsOf(context, newest)
    },
    conclude: async () => ({ ...evidence, controls }),
  }
}

async function forged(context: ProbeContext) {
  const { options, signIn } = context
  const attacker = new BrowserJar()
  const isForm = signIn.evidence.method === 'form'
  const page: Opened | null = isForm
    ? { ...(await openAsVisitor(context, signIn.entry, attacker)), jar: attacker }
    : null
  const ways = page ? await formWays(context, page, options) : scriptWays(context)
  const made = await tryEach(context, ways.slice(0, 1), attacker)
  const [first] = made
  const rest = page && first && !isIn(first) ? await screened(context, page, first) : null
  if (rest === null && !made.some(isIn)) {
    made.push(...(await tryEach(context, ways.slice(1), attacker)))
    if (!made.some(isIn) && !areAlike(context, made)) made.push(...(await tryEach(context, ways, attacker)))
  }
  const isOpen = made.some(isIn)
  const byWay = [...Map.groupBy(made, ({ way }) => way).values()]
  const areRefused =
    rest !== null || areAlike(context, made) || byWay.every((each) => areAlike(context, each))
  return {
    isOpen,
    trials: made.map(({ trial }) => trial),
    ...(rest ? { screened: rest } : {}),
    alike: !isOpen && areRefused,
  }
}

/** @param before the newest login when the forged ones had been sent */
async function controlsOf(context: ProbeContext, before: BrowserJar): Promise<Control[]> {
  const none = await asVisitor(context)
  const { newest, oracle } = context
  const later = newest === before ? null : await oracle.observe(newest, 'signed-in')
  if (later?.state === 'signed-in')
    return [expectState('a later login, as the site’s own page sends it', 'signed-in', later), none]
  const own = await newSession(context)
  if (own) context.spare.push(own)
  const state = own?.seen.state ?? 'anonymous'
  return [expectState('the same login, as the site’s own page sends it', 'signed-in', { state }), none]
}

async function asVisitor(context: ProbeContext): Promise<Control> {
  return expectState('no cookies', 'anonymous', await noCookies(context))
}
