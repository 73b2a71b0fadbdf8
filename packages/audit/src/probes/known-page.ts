import { featuresOf, looksOf } from '../login/oracle/features.ts'
import { isLike } from '../login/oracle/likeness.ts'
import type { BrowserJar, Jar } from '../network/cookies/jar.ts'
import type { Answer } from '../network/http.ts'
import { type Visit, visit } from '../network/pages/navigate.ts'
import { ProbeError } from '../options/errors.ts'
import type { ProbeContext } from './context.ts'

/** Whether both are the same page. */
export function isSamePage({ options, signIn }: ProbeContext, one: Answer, other: Answer): boolean {
  const looks = looksOf(options, signIn)
  return isLike([featuresOf(one, looks)], featuresOf(other, looks))
}

/**
 * Whether visitors were shown this page until the oracle was found. True also where none was shown one at this
 * address.
 */
export function isAsVisitorsKnow(context: ProbeContext, answer: Answer): boolean {
  const { http, oracle, options, signIn } = context
  const looks = looksOf(options, signIn)
  const until = Math.max(...oracle.evidence.anonymous.map(({ exchange }) => exchange))
  const before = http.answers.filter(
    ({ phase, exchange, url, method }) =>
      phase === 'anonymous' &&
      exchange <= until &&
      method === answer.method &&
      url.pathname === answer.url.pathname,
  )
  const known = before.map((each) => featuresOf(each, looks))
  return known.length === 0 || isLike(known, featuresOf(answer, looks))
}

/**
 * Opens a page that visitors know. Where it is another, once more; throws ProbeError where it stays another.
 * @param phase `login` for a browser that is to be signed in with what it gets here: that is no visitor's ID then
 */
export async function openAsVisitor(
  context: ProbeContext,
  url: URL,
  jar: BrowserJar,
  phase: 'anonymous' | 'login' = 'anonymous',
): Promise<Visit> {
  const open = () => visit(context.http, { url, phase, jar })
  const first = await open()
  if (isAsVisitorsKnow(context, first.final)) return first
  const again = await open()
  if (isAsVisitorsKnow(context, again.final)) return again
  throw another(url, again.final)
}

/** One answer at an address, of which is said whether it is the page meant; once more where it is not. */
export async function askKnown(
  { http }: ProbeContext,
  url: URL,
  jar: Jar,
  { phase, isIt }: { phase: Answer['phase']; isIt: (answer: Answer) => boolean },
): Promise<Answer> {
  const ask = () => http.send({ url, phase, jar })
  const first = await ask()
  if (isIt(first)) return first
  const again = await ask()
  if (isIt(again)) return again
  throw another(url, again)
}

function another({ pathname }: URL, { status }: Answer): ProbeError {
  return new ProbeError(`${pathname} was twice answered in another way than before (status ${status})`)
}
