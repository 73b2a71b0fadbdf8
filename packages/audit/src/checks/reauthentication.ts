import type { ReauthenticationEvidence } from '../evidence/authentication.ts'
import type { Check, Finding } from '../judging/check.ts'
import { exchangesOf, inSeconds, type Outlived, outlived, undecided } from '../judging/replays.ts'
import { brokenControl, fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

export const reauthentication: Check<'reauthentication'> = {
  id: 'reauthentication',
  title: 'Authenticating again gives a new ID and ends the one before',
  risk: 'A copy of the session from before gains what the password has just unlocked, or is at least not thrown out by it.',
  severity: 'medium',
  refs: ['WSTG-SESS-03', 'ASVS-7.2.4', 'CWE-384', 'CWE-613'],
  needs: ['reauthentication'],
  fixes: {
    latchkey:
      'Call `await session.reauthenticate({ methods })` (or `login` again): each replaces the secret and kills the old one in one step.',
    'express-session':
      'Call `req.session.regenerate(…)` whenever a password was checked, also when somebody is signed in already.',
    'cookie-session':
      'Put another login id into the cookie whenever a password was checked, and take the old one off the server’s list.',
    'fastify-session': 'Call `await request.session.regenerate()` whenever a password was checked.',
    'koa-session':
      'Call `await ctx.session.regenerate()` whenever a password was checked, with an external store.',
    'iron-session':
      'Seal in another login id whenever a password was checked, and take the old one off the server’s list.',
    'hono-sessions':
      "Call `c.set('session_key_rotation', true)` whenever a password was checked, with a server-side store.",
    php: 'Call `session_regenerate_id(true)` whenever a password was checked; `true` deletes the old session.',
    django:
      '`login()` keeps the key when the same user signs in again: call `request.session.cycle_key()` after it.',
    flask: 'With Flask-Session replace `session.sid` as at login, whenever a password was checked.',
    rails: 'Call `reset_session` before storing the user again.',
    laravel: 'Call `$request->session()->regenerate(true)` after the password was confirmed.',
  },

  judge({ reauthentication: { how, unavailable, alreadyShown, rotated, replays, controls } }) {
    if (how === null) return skipped(unavailable ?? 'there is no way to authenticate again')
    const basis = { controls, exchanges: exchangesOf(replays) }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const old = outlived(replays)
    const lives = old.find(({ goneMs }) => goneMs === null)
    if (lives && !how.named && alreadyShown) return skipped(SHOWN[alreadyShown], basis)
    if (lives && !how.named && rotated) return inconclusive(beside(lives, how), basis)
    if (old.length > 0)
      return fail(
        old.map((each) => findingOf(each, how, rotated)),
        basis,
      )
    const open = undecided(replays)
    if (open !== null) return inconclusive(open, basis)
    return pass(
      `The ID from before was replayed alone after ${how.found} (${how.url}): anonymous each time`,
      basis,
    )
  },
}

/** One fault is reported once. */
const SHOWN = {
  fixation: 'the login does not end the ID that the browser came with, which fixation reports',
  logout: 'nothing on the server ends a session here, which logout reports',
} as const

/** A second login may be meant as a second session; only a page that asks a signed-in user again says what it is. */
function beside({ names }: Outlived, { found }: How): string {
  return `${found} gave the browser a new ID and left the one before alive (${names}): whether it is meant to replace that or to be one more sign-in cannot be told from outside. If a page asks for the password again, name it with --reauth-url`
}

type How = NonNullable<ReauthenticationEvidence['how']>

function findingOf(
  { names, aliveMs, goneMs, exchanges }: Outlived,
  { found, url, named }: How,
  rotated: boolean,
): Finding {
  const what = named ? `After the password was given again at ${url}` : `After ${found}`
  const kept = rotated ? 'the browser got a new ID, but the old one lives on' : 'the ID stayed the same'
  const late =
    goneMs === null ? 'is still' : `was for ${inSeconds(aliveMs)} or more, until ${inSeconds(goneMs)} later,`
  return {
    where: 'authenticating again',
    kind: names,
    seen: `${what}, ${kept}: ${names} as it was before, sent alone from a clean client, ${late} signed in.`,
    fix: 'Issue a new ID each time a password or another factor was checked, and delete the old one in the same step, whoever was signed in before.',
    exchanges,
    // A page that asks again protects something; after a second login a copy is just not thrown out.
    severity: named && goneMs === null ? 'medium' : 'low',
  }
}
