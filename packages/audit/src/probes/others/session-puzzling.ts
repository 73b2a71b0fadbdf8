import { expectState } from '../../evidence/observation.ts'
import type { SessionPuzzlingEvidence } from '../../evidence/session-puzzling.ts'
import { findCodeForm } from '../../login/form/code-form.ts'
import { findLoginForm } from '../../login/form/find-form.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { readPuzzleRequest } from '../../options/puzzle-request.ts'
import type { NamedRequest } from '../../options/request.ts'
import type { ProbeContext } from '../context.ts'
import { noCookies } from '../sessions/at-hand.ts'
import { asFormOf, nameForms } from './visitor-forms.ts'

type Trial = SessionPuzzlingEvidence['trials'][number]

/**
 * Whether something that fills a visitor's session signs him in, though he gave no password: what was named, the forms
 * that ask for a user name where that was asked for, and the first half of a login that has two. After each the same
 * browser opens the protected page.
 */
export async function probeSessionPuzzling(context: ProbeContext): Promise<SessionPuzzlingEvidence> {
  const { options, start } = context
  const trials: Trial[] = [...(await halfway(context))]
  const jar = new BrowserJar()
  for (const text of options.puzzleRequests ?? []) {
    trials.push(await send(context, jar, readPuzzleRequest(text, start, options.username ?? '')))
  }
  if (options.puzzle) {
    const found = new BrowserJar()
    for (const request of await nameForms(context, found)) trials.push(await send(context, found, request))
  }
  if (trials.length === 0) return { trials, controls: [] }
  return { trials, controls: [expectState('no cookies', 'anonymous', await noCookies(context))] }
}

/** Costs no login where it ends at the name, and one where it ends before the code. */
async function halfway(context: ProbeContext): Promise<Trial[]> {
  const { signIn, options } = context
  const { method, passwordField } = signIn.evidence
  if (method !== 'form' || signIn.login === null) return []
  const trials: Trial[] = []
  if (passwordField === null) {
    const jar = new BrowserJar()
    const landed = await signIn.login(jar, { until: 'name' })
    const accepted = findLoginForm(landed.page, options) !== null
    trials.push(await look(context, jar, landed, 'the user name, and no password', accepted))
  }
  if (options.totpSecret !== undefined) {
    const jar = new BrowserJar()
    const landed = await signIn.login(jar, { until: 'password' })
    const accepted = findCodeForm(landed.page) !== null
    trials.push(await look(context, jar, landed, 'the password, and no one-time code', accepted))
  }
  return trials
}

async function send(context: ProbeContext, jar: BrowserJar, request: NamedRequest): Promise<Trial> {
  const { http } = context
  const page = await visit(http, { url: request.url, phase: 'anonymous', jar })
  const { url, method, body } = asFormOf(page.page, request)
  const landed =
    method === 'GET'
      ? page
      : await visit(http, {
          url,
          method,
          ...(body === null ? {} : { body }),
          phase: 'anonymous',
          jar,
          from: page.final.url,
        })
  const what = `${method} ${http.secrets.redactUrl(url.href)}`
  return await look(context, jar, landed, what, landed.final.status < 400)
}

async function look(
  { oracle }: ProbeContext,
  jar: BrowserJar,
  { answers, final }: Visit,
  what: string,
  accepted: boolean,
): Promise<Trial> {
  const { status, exchange } = answers[0] ?? final
  return { what, status, exchange, accepted, after: await oracle.observe(jar, 'replay') }
}
