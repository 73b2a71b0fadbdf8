import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { exchangesOf, inSeconds, type Outlived, outlived, undecided } from '../judging/replays.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const passwordChangeRotation: Check<'passwordChange'> = {
  id: 'password-change-rotation',
  title: 'Changing the password gives the session a new ID and ends the one before',
  risk: 'Somebody who has copied the session keeps it although the user changed the password to throw them out.',
  severity: 'medium',
  refs: ['WSTG-SESS-03', 'ASVS-7.2.4', 'CWE-613'],
  needs: ['passwordChange'],
  fixes: {
    latchkey: 'Call `await session.reauthenticate({ methods })` once the new password is stored.',
    'express-session':
      'Call `req.session.regenerate(…)` once the new password is stored, and sign the user in again in its callback.',
    'cookie-session':
      'Put another login id into the cookie once the new password is stored, and take the old one off the server’s list.',
    'fastify-session': 'Call `await request.session.regenerate()` once the new password is stored.',
    'koa-session':
      'Call `await ctx.session.regenerate()` once the new password is stored, with an external store.',
    'iron-session':
      'Seal in another login id once the new password is stored, and take the old one off the server’s list.',
    'hono-sessions':
      "Call `c.set('session_key_rotation', true)` once the new password is stored, with a server-side store.",
    php: 'Call `session_regenerate_id(true)` once the new password is stored; `true` deletes the old session.',
    django: 'Call `update_session_auth_hash(request, user)`, which cycles the key.',
    flask: 'With Flask-Session replace `session.sid` as at login, once the new password is stored.',
    rails: 'Call `reset_session` and sign the user in again once the new password is stored.',
    laravel: 'Call `$request->session()->regenerate(true)` once the new password is stored.',
  },

  judge({ passwordChange: { how, browserAfter, rotated, own, controls } }, context) {
    if (onlyInHeader(context)) {
      return skipped(
        `the session travels in the ${listed(context.carriers ?? [])} header, which the client keeps and no answer replaces`,
      )
    }
    const basis = { controls, exchanges: [browserAfter.exchange, ...exchangesOf(own)] }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const findings = outlived(own).map((old) => findingOf(old, rotated))
    if (findings.length > 0) return fail(findings, basis)
    const open = undecided(own)
    if (open !== null) return inconclusive(open, basis)
    const after = browserAfter.state === 'signed-in' ? 'stays signed in' : 'has to sign in again'
    return pass(
      `After ${how.method} ${how.url} the browser ${after}, and its ID from before, replayed alone, is anonymous each time`,
      basis,
    )
  },
}

function findingOf({ names, aliveMs, goneMs, exchanges }: Outlived, rotated: boolean): Finding {
  const kept = rotated
    ? 'The change of the password gave the browser a new ID, but the old one lives on'
    : 'The session that changed the password kept its ID'
  const late =
    goneMs === null ? 'is still' : `was for ${inSeconds(aliveMs)} or more, until ${inSeconds(goneMs)} later,`
  return {
    where: 'password change',
    kind: names,
    seen: `${kept}: a copy of ${names} taken before, sent alone from a clean client, ${late} signed in.`,
    fix: 'Issue a new ID once the new password is stored, and delete the old one in the same step: somebody who changes the password often does so because a session was copied.',
    exchanges,
    severity: goneMs === null ? 'medium' : 'low',
  }
}
