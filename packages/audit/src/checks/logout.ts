import type { LogoutEvidence } from '../evidence/evidence.ts'
import { isOfRememberMe } from '../evidence/remember-me.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass } from '../judging/verdicts.ts'

type Replay = LogoutEvidence['replays'][number]

export const logout: Check<'logout' | 'carrier'> = {
  id: 'logout',
  title: 'Logging out ends the session on the server',
  risk: 'A copy of the session, from a shared computer, a proxy or malware, opens the account after the user has signed out and believes that it is over.',
  severity: 'high',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'CWE-613'],
  needs: ['logout', 'carrier'],
  fixes: {
    latchkey: 'Call `await session.logout()`: it deletes the record before it answers.',
    'express-session':
      'Call `req.session.destroy(…)` and answer in its callback; clearing the cookie alone ends nothing.',
    'cookie-session':
      'The whole session is in the cookie, so a copy outlives the logout: keep a login id on the server and check it on each request, or use a server-side session.',
    'fastify-session': 'Call `await request.session.destroy()`.',
    'koa-session':
      'Use an external store (`store` option) and set `ctx.session = null`; without a store a copied cookie lives on.',
    'iron-session':
      'The whole session is in the cookie, so a copy outlives `session.destroy()`: keep a login id on the server and check it on each request.',
    'hono-sessions':
      'Call `session.deleteSession()` with a server-side store; with CookieStore a copied cookie lives on.',
    php: 'Call `session_start(); $_SESSION = []; session_destroy();` in the logout handler.',
    django:
      'Call `django.contrib.auth.logout(request)`; with the signed-cookies engine a copied cookie lives on.',
    flask:
      'Default Flask sessions live in the cookie, so a copy outlives the logout: use Flask-Session or check a server-side login id.',
    rails: 'Call `reset_session` and use a server-side store; with CookieStore a copied cookie lives on.',
    laravel: 'Call `Auth::logout()`, `$request->session()->invalidate()` and `regenerateToken()`.',
  },

  judge({ logout: { how, browserAfter, replays: all, controls }, carrier }) {
    const replays = all.filter(({ set }) => !isOfRememberMe(set, carrier))
    const basis = {
      controls,
      exchanges: [browserAfter.exchange, ...replays.map((replay) => replay.seen.exchange)],
    }
    const before = brokenControl(controls.filter(({ expected }) => expected === 'signed-in'))
    if (before === null && browserAfter.state !== 'anonymous') {
      return inconclusive(
        `the logout (${how.method} ${how.url}, ${how.found}) left the browser itself ${browserAfter.state}, so it may not have been the logout; give --logout-url, or --logout-request where a script sends more`,
        basis,
      )
    }
    const broken = brokenControl([...controls, ...carrier.controls])
    if (broken !== null) return inconclusive(broken, basis)
    const findings = bySet(replays).flatMap(findingOf)
    if (findings.length > 0) return fail(findings, basis)
    if (replays.length === 0) return inconclusive('no carrier was replayed after the logout', basis)
    const unclear = replays.find((replay) => replay.seen.state !== 'anonymous')
    if (unclear !== undefined) {
      return inconclusive(
        `replaying ${listed(unclear.set)} gave an answer that is neither signed-in nor anonymous`,
        basis,
      )
    }
    const longest = Math.max(...replays.map((replay) => replay.afterMs))
    return pass(
      `What carried the session was replayed in a clean client up to ${inSeconds(longest)} after ${how.method} ${how.url}: anonymous each time`,
      basis,
    )
  },
}

/** The replays of each carrier set, in order of time. */
function bySet(replays: readonly Replay[]): readonly (readonly Replay[])[] {
  const sets = Map.groupBy(replays, (replay) => replay.set.join('\n'))
  return [...sets.values()].map((same) => same.toSorted((a, b) => a.afterMs - b.afterMs))
}

function findingOf(replays: readonly Replay[]): Finding[] {
  const alive = replays.filter((replay) => replay.seen.state === 'signed-in')
  const last = alive.at(-1)
  if (last === undefined) return []
  const names = listed(last.set)
  const gone = replays.find((replay) => replay.afterMs > last.afterMs && replay.seen.state === 'anonymous')
  return [
    {
      where: 'logout',
      kind: names,
      seen: gone
        ? `A copy of ${names} taken before the logout was still signed in ${inSeconds(last.afterMs)} after it, and no longer ${inSeconds(gone.afterMs)} after it.`
        : `A copy of ${names} taken before the logout still signs in ${inSeconds(last.afterMs)} after it: the logout only made the browser forget.`,
      fix: 'Delete the session on the server before answering the logout. A session kept wholly in the cookie needs something on the server that ends it: a login id, a list of ended ones, or a not-before time per user.',
      exchanges: alive.map((replay) => replay.seen.exchange),
      severity: gone ? 'medium' : 'high',
    },
  ]
}

function inSeconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
}
