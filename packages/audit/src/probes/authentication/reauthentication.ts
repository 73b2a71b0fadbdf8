import type { ReauthenticationEvidence } from '../../evidence/authentication.ts'
import type { Control, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { type Features, featuresOf, type Looks, looksOf } from '../../login/oracle/features.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { carrierValues, liveJar, type ProbeContext, replay } from '../context.ts'
import { NO_WAY_OUT } from '../logout/logout.ts'
import { mayGoOnMeanwhile, type SecondLook } from '../second-look.ts'
import { noCookies, noCookiesNow, seenAfterLogin } from '../sessions/at-hand.ts'
import { findReauthentication, type Reauthentication } from './reauthenticate.ts'
import { isRotated, replayTwice, type Saved, sessionCookies } from './saved-session.ts'
import { temporaryPassword } from './temporary-password.ts'

/**
 * Whether authenticating again, while signed in, ends the ID there was. The carriers are saved, the same browser
 * gives the password again, and the saved ones alone are sent from a clean client.
 */
export async function probeReauthentication(
  context: ProbeContext,
): Promise<ReauthenticationEvidence | SecondLook<ReauthenticationEvidence>> {
  if (sessionCookies(context, context.jar).length === 0) {
    return none('the session travels in no cookie of its own, so no answer could replace it')
  }
  const offered = await offer(context)
  if ('unavailable' in offered) return none(offered.unavailable)
  const { jar, way, before, saved, copy } = offered
  const answered = (await way.send(jar)) ?? (await sendAgain(context, way, jar))
  if (answered === null) {
    if (!way.how.named) return none('the site refuses the login of a user who is signed in already')
    throw new ProbeError(`${way.how.url} refused the password`)
  }
  const after = await seenAfterLogin(context, { jar, landed: answered })
  const rotated = isRotated(saved, sessionCookies(context, jar))
  const { afterMs, isDead, again } = await replayTwice(context, [saved])
  let replays: ReauthenticationEvidence['replays'] = []
  const controls = [
    expectState('the browser before it', 'signed-in', before),
    expectState('the saved copy before it', 'signed-in', copy),
    expectState('the browser after it', 'signed-in', after),
  ]
  const isAlive = () => replays.some(({ seen }) => seen.state === 'signed-in')
  return {
    afterMs,
    meanwhile: isDead && mayGoOnMeanwhile(context),
    async look() {
      replays = (await again())[0] ?? []
      const [visitor, witness] = await sideBySide(
        () => (isAlive() ? noCookiesNow(context) : noCookies(context)),
        // Where even a live session is turned away now, it says nothing that the old one was.
        () => replay(context, carrierValues(context, jar)),
      )
      controls.push(
        notSignedIn('no cookies', visitor),
        expectState('the session it gave, sent alone after the replays', 'signed-in', witness),
      )
    },
    async conclude() {
      const shown = alreadyShown(context)
      // An old ID that lives on shows something only where the password was looked at.
      if (isAlive()) {
        if (shown === 'not known' && !way.how.named) {
          throw new ProbeError(
            'the old ID lives on, and whether it does so at every login or logout is not known',
          )
        }
        controls.push(
          await rightPassword(context, way, answered),
          await wrongPassword(context, way, answered),
        )
      }
      const known = shown === 'not known' ? null : shown
      return { how: way.how, unavailable: null, alreadyShown: known, rotated, replays, controls }
    },
  }
}

interface Offered {
  readonly jar: BrowserJar
  readonly way: Reauthentication
  readonly before: Observation
  /** What the browser holds then, and how that fares alone. */
  readonly saved: Saved
  readonly copy: Observation
}

/** The way to authenticate again, in a browser that is signed in while it is shown. */
async function offer(context: ProbeContext): Promise<Offered | { readonly unavailable: string }> {
  const held = context.jar
  const first = await offerIn(context, held)
  if (first !== null) return first
  // The session had ended before, or does when the page is opened: another one tells.
  const second = await offerIn(context, await liveJar(context))
  return (
    second ?? {
      unavailable: 'opening the login page ended the session, so there is no authenticating again within it',
    }
  )
}

/** Null where the browser is not signed in once it was shown. That there is no way is so if it is so again. */
async function offerIn(
  context: ProbeContext,
  jar: BrowserJar,
): Promise<Offered | { readonly unavailable: string } | null> {
  const way = await findReauthentication(context, jar)
  if ('unavailable' in way && way.isCertain) return way
  const seen = await lookTwice(context, jar)
  if (seen === null) return null
  if (!('unavailable' in way)) return { jar, way, ...seen }
  const again = await findReauthentication(context, jar)
  if ('unavailable' in again) return again
  const then = await lookTwice(context, jar)
  return then && { jar, way: again, ...then }
}

/** The browser, and what it holds sent alone; null where it is not signed in. */
async function lookTwice(
  context: ProbeContext,
  jar: BrowserJar,
): Promise<Pick<Offered, 'before' | 'saved' | 'copy'> | null> {
  const held = sessionCookies(context, jar)
  const [before, copy] = await sideBySide(
    () => context.oracle.observe(jar, 'signed-in'),
    () => replay(context, held),
  )
  if (before.state === 'unclear') throw new ProbeError(NEITHER)
  if (before.state !== 'signed-in') return null
  const saved = sessionCookies(context, jar)
  // The look itself may have replaced what it held.
  return isRotated(held, saved)
    ? { before, saved, copy: await replay(context, saved) }
    : { before, saved, copy }
}

const NEITHER = 'a live session was answered neither as a user nor as a visitor'

/** A refusal is one if it comes again, while the session is let in. */
async function sendAgain(
  context: ProbeContext,
  way: Reauthentication,
  jar: BrowserJar,
): Promise<Visit | null> {
  if (way.how.named) return null
  if ((await context.oracle.observe(jar, 'signed-in')).state !== 'signed-in') throw new ProbeError(NEITHER)
  return await way.send(jar)
}

function none(unavailable: string): ReauthenticationEvidence {
  return { how: null, unavailable, alreadyShown: null, rotated: false, replays: [], controls: [] }
}

/** A login that keeps a visitor's ID, and a session that nothing ends, are faults with a check of their own. */
function alreadyShown({ gathered }: ProbeContext): ReauthenticationEvidence['alreadyShown'] | 'not known' {
  const isIn = ({ seen }: { seen: Observation }): boolean => seen.state === 'signed-in'
  const { fixation, logout } = gathered
  const trials = fixation?.status === 'gathered' ? fixation.value.trials : []
  if (trials.some(({ replay }) => isIn({ seen: replay }))) return 'fixation'
  if (logout?.status === 'gathered' && logout.value.replays.some(isIn)) return 'logout'
  const controls = [
    ...trials.flatMap((trial) => trial.controls),
    ...(logout?.status === 'gathered' ? logout.value.controls : []),
  ]
  // A site without a logout has none that could show anything.
  const isOpen = [fixation, logout].some(
    (each) => each?.status === 'failed' && !each.reason.startsWith(NO_WAY_OUT),
  )
  return isOpen || controls.some(({ held }) => !held) ? 'not known' : null
}

/** An answer that does not come again may not have been the site's: then nobody looked at the password. */
async function rightPassword(context: ProbeContext, way: Reauthentication, right: Visit): Promise<Control> {
  const looks = looksOf(context.options, context.signIn)
  const isSame = await way.send(context.jar).then(
    (again) => again !== null && outcome(again, looks) === outcome(right, looks),
    (error: unknown) => {
      // It does not ask any more: the password was what it wanted.
      if (error instanceof ProbeError) return true
      throw error
    },
  )
  const expected = 'the same answer'
  return {
    name: 'the right password once more',
    expected,
    seen: isSame ? expected : 'another answer',
    held: isSame,
  }
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
