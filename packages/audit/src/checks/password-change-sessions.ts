import type { PasswordChangeEvidence, SavedReplay } from '../evidence/authentication.ts'
import { isOfRememberMe } from '../evidence/remember-me.ts'
import type { Check, Finding, Verdict } from '../judging/check.ts'
import { exchangesOf, inSeconds, type Outlived, outlived, undecided } from '../judging/replays.ts'
import { type Basis, brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Choice = PasswordChangeEvidence['choice']

export const passwordChangeSessions: Check<'passwordChange' | 'carrier'> = {
  id: 'password-change-sessions',
  title: 'Changing the password ends the other sessions of the account, or offers to',
  risk: "Somebody who got in before, with the user's password or session, stays in although the user changed the password to throw them out.",
  severity: 'medium',
  refs: ['WSTG-SESS-11', 'ASVS-7.4.3', 'CWE-613'],
  needs: ['passwordChange', 'carrier'],
  fixes: {
    latchkey:
      'Call `await sessions.revokeUser(userId, { except: session.sid })` once the new password is stored.',
    'express-session':
      'Keep a number per user that grows with each change of the password, store it in the session at login, and refuse sessions with an older one.',
    'cookie-session':
      'Keep a number per user that grows with each change of the password, put it into the cookie at login, and refuse cookies with an older one.',
    'fastify-session':
      'Keep a number per user that grows with each change of the password, store it in the session at login, and refuse sessions with an older one.',
    'koa-session':
      'Keep a number per user that grows with each change of the password, store it in the session at login, and refuse sessions with an older one.',
    'iron-session':
      'Keep a number per user that grows with each change of the password, seal it in at login, and refuse seals with an older one.',
    'hono-sessions':
      'Keep a number per user that grows with each change of the password, store it in the session at login, and refuse sessions with an older one.',
    php: 'Keep a number per user that grows with each change of the password, store it in `$_SESSION` at login, and refuse sessions with an older one.',
    django:
      "Keep `django.contrib.auth.middleware.AuthenticationMiddleware` and a user model with `get_session_auth_hash()`: sessions with another password's hash end.",
    flask:
      'Keep a number per user that grows with each change of the password, store it in `session` at login, and refuse sessions with an older one.',
    rails:
      "With Devise keep `authenticatable_salt`; with sessions of your own keep a number per user that grows with each change of the password, store it in the session at login, and refuse sessions with an older one, or delete the user's other session records.",
    laravel:
      'Use the `auth.session` middleware after `auth`, give the login page’s route the name `login`, and call `Auth::logoutOtherDevices($password)`.',
  },

  judge({ passwordChange: { how, others: all, noOthers, choice: made, offer, controls }, carrier }) {
    if (all === null) return skipped(noOthers ?? 'there was no other session')
    const own = (replays: readonly SavedReplay[]) =>
      replays.filter(({ set }) => !isOfRememberMe(set, carrier))
    const others = own(all)
    const choice = made && { ...made, taken: made.taken && own(made.taken) }
    const basis = { controls, exchanges: [...exchangesOf(others), ...exchangesOf(choice?.taken ?? [])] }
    const broken = brokenControl([...controls, ...carrier.controls])
    if (broken !== null) return inconclusive(broken, basis)
    const survivors = outlived(others)
    if (survivors.some(({ goneMs }) => goneMs === null)) return survived(survivors, choice, offer, basis)
    if (survivors.length > 0) return fail(survivors.map(lateFinding), basis)
    const open = undecided(others)
    if (open !== null) return inconclusive(open, basis)
    return pass(`Another session, replayed after ${how.method} ${how.url}, is anonymous each time`, basis)
  },
}

/** ASVS asks that the user is offered to end them, so a session that lives on is no fault by itself. */
function survived(
  survivors: readonly Outlived[],
  choice: Choice,
  offer: string | null,
  basis: Basis,
): Verdict {
  const names = listed(survivors.map(({ names }) => names))
  const lives = `Another session lives on after the change of the password (${names}, sent alone from a clean client)`
  if (choice?.preset) {
    return fail([finding(`${lives}, although the box ${choice.field} is set to end it.`, survivors)], basis)
  }
  if (choice?.taken) {
    const still = outlived(choice.taken)
    if (still.length > 0) {
      return fail(
        [finding(`${lives}, and still does when the box ${choice.field} is used to end it.`, still)],
        basis,
      )
    }
    const open = undecided(choice.taken)
    if (open !== null) return inconclusive(`with the box ${choice.field} used, ${open}`, basis)
    return pass(`${lives} unless the user says otherwise: with the box ${choice.field} it was ended`, basis)
  }
  if (choice) return inconclusive(`${lives}, and the box ${choice.field} could not be tried`, basis)
  if (offer) return pass(`${lives}, and the user is offered to end it: ${offer}. That was not tried`, basis)
  return fail([finding(`${lives}, and nothing offers to end it.`, survivors)], basis)
}

function finding(seen: string, survivors: readonly Outlived[]): Finding {
  return {
    where: 'password change',
    seen,
    fix: 'End all other sessions and remember-me tokens of the account when its password changes, or offer that on the same page: otherwise whoever got in stays in.',
    exchanges: survivors.flatMap(({ exchanges }) => exchanges),
  }
}

function lateFinding(late: Outlived): Finding {
  const seen = `Another session (${late.names}) was still signed in ${inSeconds(late.aliveMs)} after the change of the password, and no longer ${inSeconds(late.goneMs ?? 0)} after it.`
  return { ...finding(seen, [late]), severity: 'low' }
}
