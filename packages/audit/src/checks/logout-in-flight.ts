import type { InFlightTrial } from '../evidence/in-flight.ts'
import { type Control, expectState } from '../evidence/observation.ts'
import type { Check } from '../judging/check.ts'
import { outlived } from '../judging/replays.ts'
import { brokenControl, fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

export const logoutInFlight: Check<'logout' | 'inFlight'> = {
  id: 'logout-in-flight',
  title: 'A request that is under way during the logout does not bring the session back',
  risk: 'Somebody who has copied the session keeps it through the logout, if only one request of the user is still under way then; such requests can be sent on purpose.',
  severity: 'high',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'CWE-613', 'CWE-362'],
  needs: ['logout', 'inFlight'],
  fixes: {
    latchkey: 'No change is needed: a session that has ended is never written again.',
    'fastify-session':
      'Update @fastify/session to 11.1.6 or later, and use a store that writes only a session that is still there.',
  },

  judge({ logout, inFlight: { trials } }) {
    const exchanges = trials.flatMap(exchangesOf)
    const controls = trials.flatMap((trial) => trial.controls)
    const basis = { controls, exchanges }
    if (outlived(logout.replays).length > 0) {
      return skipped('the logout itself does not end the session, whatever is under way', basis)
    }
    const broken = brokenControl([...logout.controls, ...controls])
    if (broken !== null) return inconclusive(broken, basis)
    if (trials.length === 0) return inconclusive('nothing was tried', basis)
    const overlapped = trials.flatMap(({ begun }) => begun.filter((request) => request.overlapped))
    const states = trials.map(({ copy }) => copy.state)
    if (states.length > 1 && states.every((state) => state === 'signed-in')) {
      return judgeRevived(trials, overlapped, basis)
    }
    const other = states.find((state) => state !== 'anonymous')
    if (other !== undefined) {
      return inconclusive(
        `the copy was ${states.join(', then ')} once all requests were answered, which shows nothing for certain`,
        basis,
      )
    }
    const lost = trials.flatMap(({ begun }) => begun).find(({ exchange }) => exchange === null)
    if (lost) {
      return inconclusive(
        `${lost.method} ${lost.url} was held back during the logout and never answered`,
        basis,
      )
    }
    if (overlapped.length === 0) {
      return inconclusive(
        'no request could be kept under way during the logout: each was answered before that',
        basis,
      )
    }
    return pass(
      `${counted(overlapped.length)} begun before the logout and answered after it, and the copy of the session stayed anonymous`,
      basis,
    )
  },
}

type Begun = InFlightTrial['begun']

/** The last trial was looked at meanwhile, too. */
function judgeRevived(
  trials: readonly InFlightTrial[],
  overlapped: Begun,
  basis: Parameters<typeof pass>[1],
): ReturnType<typeof pass> {
  const last = trials.at(-1)
  const meanwhile = last?.meanwhile
  if (!last || !meanwhile || overlapped.length === 0) {
    return inconclusive('the copy was signed in again, and no request was seen to be under way', basis)
  }
  const byPage = last.begun.some(({ how, overlapped }) => how === 'page' && overlapped)
  // Before anybody could look, a page may have been answered.
  const ended =
    byPage && last.again
      ? [expectState('the copy after one more logout, with nothing under way', 'anonymous', last.again)]
      : whileHeld(meanwhile)
  const broken = brokenControl(ended)
  if (broken !== null) return inconclusive(broken, basis)
  const which = last.begun
    .filter((request) => request.overlapped)
    .map(({ method, url }) => `${method} ${url}`)
  return fail(
    [
      {
        where: 'logout',
        seen: `The session had ended with the logout, and was signed in again once requests were answered that had been under way (${[...new Set(which)].join(', ')}).`,
        fix: 'A request that ends must not write a session that is gone: update it only where it is still there (a conditional write), never insert it again.',
        exchanges: [meanwhile.copy.exchange, last.copy.exchange],
      },
    ],
    { ...basis, controls: [...(basis?.controls ?? []), ...ended] },
  )
}

function whileHeld({ browser, copy }: NonNullable<InFlightTrial['meanwhile']>): Control[] {
  return [
    expectState('the browser after the logout', 'anonymous', browser),
    expectState('the copy after the logout, while requests were held back', 'anonymous', copy),
  ]
}

function counted(count: number): string {
  return count === 1 ? 'One request was' : `${count} requests were`
}

export function exchangesOf({ begun, before, meanwhile, copy, browser, again }: InFlightTrial): number[] {
  const looks = [before, meanwhile?.browser, meanwhile?.copy, copy, browser, again]
  return [
    ...begun.filter(({ overlapped }) => overlapped).map(({ exchange }) => exchange),
    ...looks.map((seen) => seen?.exchange),
  ].flatMap((exchange) => exchange ?? [])
}
