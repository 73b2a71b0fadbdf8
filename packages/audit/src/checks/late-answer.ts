import type { InFlightTrial, LateAtLogin } from '../evidence/in-flight.ts'
import { expectState } from '../evidence/observation.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass } from '../judging/verdicts.ts'
import { exchangesOf } from './logout-in-flight.ts'

const FIX =
  'Set the session cookie only in the answer that makes or renews the session, and in no answer to a request whose session has ended or was replaced meanwhile.'

export const lateAnswer: Check<'inFlight'> = {
  id: 'late-answer',
  title: 'A late answer to an old request does not take the place of the browser’s cookie',
  risk: 'On a shared computer a slow answer signs the browser in again after the user has left, or puts a user back into a session that somebody else may know.',
  severity: 'medium',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'CWE-362'],
  needs: ['inFlight'],

  judge({ inFlight: { trials, login, noLogin } }) {
    const controls = [
      ...trials.flatMap((trial) => trial.controls),
      ...(login ? [expectState('the browser after the login', 'signed-in', login.before)] : []),
    ]
    const exchanges = [
      ...trials.flatMap(exchangesOf),
      ...(login?.begun ?? []).flatMap(({ overlapped, exchange }) => (overlapped ? (exchange ?? []) : [])),
    ]
    const basis = { controls, exchanges }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const back = trials.map(({ browser }) => browser?.state ?? 'anonymous')
    const findings = [...afterLogout(trials), ...afterLogin(login)]
    if (findings.length > 0) return fail(findings, basis)
    if (back.includes('signed-in')) {
      return inconclusive('the browser was signed in again in one of two trials', basis)
    }
    if (back.includes('unclear') || login?.browser?.state === 'unclear') {
      return inconclusive('whether the browser was signed in after a late answer is unclear', basis)
    }
    const late = trials.flatMap(({ begun }) => begun.filter(({ overlapped }) => overlapped))
    if (late.length === 0) {
      return inconclusive('no request could be kept under way during the logout', basis)
    }
    const atLogin = login === null ? `around a login nothing was tried: ${noLogin}` : aroundLogin(login)
    const cookies = late.flatMap(({ sets }) => sets)
    const set = cookies.length === 0 ? 'set no session cookie' : `set ${listed([...new Set(cookies)])}`
    return pass(
      `Answers that came after the logout to requests from before it ${set}, and the browser stayed signed out; ${atLogin}`,
      basis,
    )
  },
}

function aroundLogin({ begun, browser }: LateAtLogin): string {
  if (!begun.some(({ overlapped }) => overlapped)) return 'around a login each was answered before it'
  return browser?.state === 'anonymous'
    ? 'around a login such an answer gives the browser a visitor’s new session, so that the user has to sign in again'
    : 'around a login it stayed signed in'
}

/** The browser, and not only a copy, is signed in again: twice, and signed out in between. */
function afterLogout(trials: readonly InFlightTrial[]): Finding[] {
  const last = trials.at(-1)
  if (trials.length < 2 || !last?.browser || last.meanwhile?.browser.state !== 'anonymous') return []
  if (!trials.every(({ browser }) => browser?.state === 'signed-in')) return []
  const names = [...new Set(last.begun.flatMap(({ sets }) => sets))]
  return [
    {
      where: 'logout',
      seen: `After the logout the browser was signed out, and signed in again once a request from before it was answered: that answer sets ${listed(names)}.`,
      fix: FIX,
      exchanges: [last.meanwhile.browser.exchange, last.browser.exchange],
      severity: 'high',
    },
  ]
}

/** The session of before the login, which somebody else may know. A new one is a visitor's like any other. */
function afterLogin(login: LateAtLogin | null): Finding[] {
  if (login?.browser?.state !== 'anonymous') return []
  const late = login.begun.filter(({ restores }) => restores.length > 0)
  if (late.length === 0) return []
  const names = [...new Set(late.flatMap(({ restores }) => restores))]
  return [
    {
      where: 'login',
      seen: `Whoever signs in while a request from before the login is under way is put back into the session of before by its answer, which sets ${listed(names)} as it was.`,
      fix: FIX,
      exchanges: [...late.flatMap(({ exchange }) => exchange ?? []), login.browser.exchange],
      severity: 'low',
    },
  ]
}
