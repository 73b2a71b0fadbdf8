import type { Control } from '../../evidence/evidence.ts'
import type { LoginCsrfEvidence } from '../../evidence/login-csrf.ts'
import { expectState } from '../../evidence/observation.ts'
import { isFailure } from '../../login/oracle/discriminate.ts'
import { featuresOf, looksOf } from '../../login/oracle/features.ts'
import { isLike } from '../../login/oracle/likeness.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { attached, sendFromElsewhere } from '../../network/cross-site/cross-site.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { carrierValues, type ProbeContext } from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import { newSession, noCookies } from '../sessions/at-hand.ts'
import { type LoginWay, loginWays, whyUntried } from './login-ways.ts'

interface Made {
  readonly way: LoginWay
  readonly trial: LoginCsrfEvidence['trials'][number]
  /** To the credentials. */
  readonly answer: Answer
}

/**
 * Whether a page of another site can sign a browser in with credentials of its own choosing. Each way is tried in a
 * browser that is not signed in. Where none works they must be refused alike, or are tried once more, as it might have been
 * something in front of the site that refused one; and the login as the site's own page does it must work.
 */
export async function probeLoginCsrf(context: ProbeContext): Promise<LoginCsrfEvidence> {
  const { http, signIn } = context
  const url = http.secrets.redactUrl(signIn.action.href)
  const untried = whyUntried(context)
  if (untried !== null) return { url, untried, trials: [], alike: false, controls: [] }
  const attacker = new BrowserJar()
  const isForm = signIn.evidence.method === 'form'
  const page = isForm ? await openAsVisitor(context, signIn.entry, attacker) : null
  const ways = await loginWays(context, page)
  const made = await tryEach(context, ways, attacker)
  if (!made.some(isIn) && (made.length < 2 || !areAlike(context, made))) {
    made.push(...(await tryEach(context, ways, attacker)))
  }
  const isOpen = made.some(isIn)
  const byWay = [...Map.groupBy(made, ({ way }) => way).values()]
  return {
    url,
    untried,
    trials: made.map(({ trial }) => trial),
    alike: !isOpen && (areAlike(context, made) || byWay.every((each) => areAlike(context, each))),
    controls: await controlsOf(context, isOpen),
  }
}

/** Until one signs in. */
async function tryEach(
  context: ProbeContext,
  ways: readonly LoginWay[],
  attacker: BrowserJar,
): Promise<Made[]> {
  const made: Made[] = []
  for (const way of ways) {
    const one = await tryLogin(context, way, attacker)
    made.push(one)
    if (isIn(one)) break
  }
  return made
}

async function tryLogin(context: ProbeContext, way: LoginWay, attacker: BrowserJar): Promise<Made> {
  const { http, oracle, signIn, issued, spare } = context
  const { how, token, foreign, ...request } = way
  const jar = new BrowserJar()
  // Where the cookies of a visitor would not go along, it is all the same whether there are any.
  if (attached(attacker, way.url, way.method, foreign, 'none').length > 0) {
    await openAsVisitor(context, signIn.entry, jar)
  }
  http.spendLogin()
  const answers = await sendFromElsewhere(http, jar, {
    ...request,
    foreign,
    unspecified: 'none',
    phase: 'login',
    keeps: true,
  })
  const [answer] = answers
  const after = await oracle.observe(jar, 'signed-in')
  if (after.state === 'signed-in') {
    const values = carrierValues(context, jar)
    if (values.length > 0) issued.push(new Map(values.map(({ name, value }) => [name, value])))
    const final = answers.at(-1) ?? answer
    spare.push({ jar, seen: after, landed: { answers, final, page: pageOf(final), leftTo: null } })
  }
  const { status, exchange } = answer
  return { way, answer, trial: { how, token, status, exchange, after } }
}

function isIn({ trial }: Made): boolean {
  return trial.after.state === 'signed-in'
}

/** Refused in one and the same way, more than once. */
function areAlike({ options, signIn }: ProbeContext, made: readonly Made[]): boolean {
  const looks = looksOf(options, signIn)
  const [first, ...rest] = made.map(({ answer }) => featuresOf(answer, looks))
  if (first === undefined || rest.length === 0 || made.some(({ answer }) => isFailure(answer.status)))
    return false
  return (
    made.every(({ trial }) => trial.after.state === 'anonymous') &&
    rest.every((other) => isLike([first], other))
  )
}

async function controlsOf(context: ProbeContext, isOpen: boolean): Promise<Control[]> {
  const none = expectState('no cookies', 'anonymous', await noCookies(context))
  if (isOpen) return [none]
  const own = await newSession(context)
  if (own) context.spare.push(own)
  const state = own?.seen.state ?? 'anonymous'
  return [expectState('the same login, as the site’s own page sends it', 'signed-in', { state }), none]
}
