import type { LoginCsrfEvidence } from '../../evidence/login-csrf.ts'
import { isFailure } from '../../login/oracle/discriminate.ts'
import { featuresOf, looksOf } from '../../login/oracle/features.ts'
import { isLike } from '../../login/oracle/likeness.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { attached, sendFromElsewhere } from '../../network/cross-site/cross-site.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { carrierValues, type ProbeContext } from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import type { LoginWay } from './login-ways.ts'

export interface Made {
  readonly way: LoginWay
  readonly trial: LoginCsrfEvidence['trials'][number]
  /** To the credentials. */
  readonly answer: Answer
}

/** Until one signs in. */
export async function tryEach(
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
  const { oracle, issued, spare } = context
  const jar = new BrowserJar()
  const answers = await sendForged(context, way, { jar, attacker, signsIn: true })
  const [answer] = answers
  const after = await oracle.observe(jar, 'signed-in')
  if (after.state === 'signed-in') {
    const values = carrierValues(context, jar)
    if (values.length > 0) issued.push(new Map(values.map(({ name, value }) => [name, value])))
    const final = answers.at(-1) ?? answer
    spare.push({ jar, seen: after, landed: { answers, final, page: pageOf(final), leftTo: null } })
  }
  const { how, token } = way
  const { status, exchange } = answer
  return { way, answer, trial: { how, token, status, exchange, after } }
}

interface Browsers {
  /** Of whom is to be signed in. */
  readonly jar: BrowserJar
  /** What a visitor's browser holds, as the attacker's does. */
  readonly attacker: BrowserJar
  readonly signsIn: boolean
}

export async function sendForged(context: ProbeContext, way: LoginWay, { jar, attacker, signsIn }: Browsers) {
  const { http, signIn } = context
  const { how: _, token: __, ...request } = way
  // Where the cookies of a visitor would not go along, it is all the same whether there are any.
  if (attached(attacker, way.url, way.method, way.foreign, 'none').length > 0) {
    await openAsVisitor(context, signIn.entry, jar, 'login')
  }
  await signIn.typing?.()
  if (signsIn) http.spendLogin()
  return await sendFromElsewhere(http, jar, { ...request, unspecified: 'none', phase: 'login', keeps: true })
}

export function isIn({ trial }: Pick<Made, 'trial'>): boolean {
  return trial.after.state === 'signed-in'
}

/** Refused in one and the same way, more than once. */
export function areAlike(context: ProbeContext, made: readonly Made[]): boolean {
  const [first, ...rest] = made.map(({ answer }) => answer)
  return (
    first !== undefined &&
    rest.length > 0 &&
    made.every(isRefused) &&
    rest.every((other) => looksLike(context, first, other))
  )
}

export function isRefused({ answer, trial }: Made): boolean {
  return !isFailure(answer.status) && trial.after.state === 'anonymous'
}

export function looksLike({ options, signIn }: ProbeContext, one: Answer, other: Answer): boolean {
  const looks = looksOf(options, signIn)
  return isLike([featuresOf(one, looks)], featuresOf(other, looks))
}
