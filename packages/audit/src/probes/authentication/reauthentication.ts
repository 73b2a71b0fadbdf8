import type { ReauthenticationEvidence } from '../../evidence/authentication.ts'
import type { Control, Observation } from '../../evidence/evidence.ts'
import { type Features, featuresOf, type Looks, looksOf } from '../../login/oracle/features.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { ProbeError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { liveJar, type ProbeContext, replay } from '../context.ts'
import { findReauthentication, type Reauthentication } from './reauthenticate.ts'
import { expect, isRotated, replaySaved, sessionCookies } from './saved-session.ts'
import { temporaryPassword } from './temporary-password.ts'

/**
 * Whether authenticating again, while signed in, ends the ID there was. The carriers are saved, the same browser
 * gives the password again, and the saved ones alone are sent from a clean client.
 */
export async function probeReauthentication(context: ProbeContext): Promise<ReauthenticationEvidence> {
  const { oracle } = context
  const jar = await liveJar(context)
  if (sessionCookies(context, jar).length === 0) {
    return none('the session travels in no cookie of its own, so no answer could replace it')
  }
  const way = await findReauthentication(context, jar)
  if ('unavailable' in way) return none(way.unavailable)
  const before = await oracle.observe(jar, 'signed-in')
  if (before.state !== 'signed-in') {
    return none('opening the login page ended the session, so there is no authenticating again within it')
  }

  const saved = sessionCookies(context, jar)
  const copy = await replay(context, saved)
  const answered = await way.send(jar)
  if (answered === null) {
    if (!way.how.named) return none('the site refuses the login of a user who is signed in already')
    throw new ProbeError(`${way.how.url} refused the password`)
  }
  const after = await oracle.observe(jar, 'signed-in')
  const [replays = []] = await replaySaved(context, [saved])
  const controls = [
    expect('the browser before it', 'signed-in', before),
    expect('the saved copy before it', 'signed-in', copy),
    expect('the browser after it', 'signed-in', after),
    notSignedIn('no cookies', await replay(context, [])),
  ]
  const rotated = isRotated(saved, sessionCookies(context, jar))
  // An old ID that lives on shows something only where the password was looked at.
  if (replays.some(({ seen }) => seen.state === 'signed-in')) {
    controls.push(await wrongPassword(context, way, answered))
  }
  return { how: way.how, unavailable: null, alreadyShown: alreadyShown(context), rotated, replays, controls }
}

function none(unavailable: string): ReauthenticationEvidence {
  return { how: null, unavailable, alreadyShown: null, rotated: false, replays: [], controls: [] }
}

/** A login that keeps a visitor's ID, and a session that nothing ends, are faults with a check of their own. */
function alreadyShown({ gathered }: ProbeContext): ReauthenticationEvidence['alreadyShown'] {
  const isIn = ({ seen }: { seen: Observation }): boolean => seen.state === 'signed-in'
  const { fixation, logout } = gathered
  const trials = fixation?.status === 'gathered' ? fixation.value.trials : []
  if (trials.some(({ replay }) => isIn({ seen: replay }))) return 'fixation'
  return logout?.status === 'gathered' && logout.value.replays.some(isIn) ? 'logout' : null
}

/** A site that answers a wrong password as it does the right one did not authenticate anybody. */
async function wrongPassword(context: ProbeContext, way: Reauthentication, right: Visit): Promise<Control> {
  const { http, options, signIn, jar } = context
  const password = temporaryPassword()
  http.secrets.addCredential('wrong password', password)
  const looks = looksOf(options, signIn)
  const seen = await way.send(jar, password).then(
    (wrong) =>
      wrong !== null && outcome(wrong, looks) === outcome(right, looks)
        ? 'the same answer'
        : 'another answer',
    (error: unknown) => {
      // It asked before the right password and does not any more: that one was what it wanted.
      if (error instanceof ProbeError) return 'another answer'
      throw error
    },
  )
  const expected = 'another answer'
  return { name: 'a wrong password in its place', expected, seen, held: seen === expected }
}

/** What tells one answer to a password from another: status, redirect, login form, JSON fields. */
function outcome({ answers: [sent], final }: Visit, looks: Looks): string {
  const telling = ({ marks }: Features): string[] =>
    [...marks].filter((mark) => mark === 'login-form' || mark.startsWith('json:')).sort()
  const [first, last] = [featuresOf(sent ?? final, looks), featuresOf(final, looks)]
  return JSON.stringify([
    first.status,
    sent?.location && sent.location.pathname + sent.location.search,
    telling(first),
    final.url.pathname,
    last.status,
    telling(last),
  ])
}
