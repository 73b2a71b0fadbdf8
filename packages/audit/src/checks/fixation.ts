import type { FixationTrial } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const fixation: Check<'fixation'> = {
  id: 'fixation',
  title: 'An ID known before the login opens nothing after it',
  risk: "An attacker gets an ID that they know into somebody's browser, waits until that person signs in, and is then signed in as them.",
  severity: 'high',
  refs: ['WSTG-SESS-03', 'ASVS-7.2.4', 'CWE-384'],
  needs: ['fixation'],
  fixes: {
    latchkey: 'Call `await session.login(userId)`: it replaces the secret and kills the old one in one step.',
    'express-session':
      'Call `req.session.regenerate(…)` in the login handler and store the user only in its callback.',
    'cookie-session':
      'The cookie is the session: set `req.session = { … }` anew at login, and check a server-side login id.',
    'fastify-session': 'Call `await request.session.regenerate()` before storing the user.',
    'koa-session': 'Call `await ctx.session.regenerate()` before storing the user.',
    'iron-session': 'Call `session.destroy()` and then set the user: nothing of the old value stays valid.',
    'hono-sessions':
      "Call `c.set('session_key_rotation', true)` in the login handler, with a server-side store.",
    php: 'Call `session_regenerate_id(true)` right after the password was verified; `true` deletes the old session.',
    django:
      'Use `django.contrib.auth.login()`, which calls `cycle_key()`; with a login of your own call it yourself.',
    flask:
      'With Flask-Session 0.3 keep the values, call `session.clear()` and `app.session_interface.save_session(app, session, Response())`, which deletes the old record, then set `session.sid = secrets.token_urlsafe(32)` and the values; from 0.7 on `app.session_interface.regenerate(session)` is there for it.',
    rails: 'Call `reset_session` before storing the user.',
    laravel: 'Call `$request->session()->regenerate()` after `Auth::attempt()`.',
  },

  judge({ fixation: { noneBeforeLogin, trials } }, context) {
    if (trials.length === 0 && onlyInHeader(context)) {
      return skipped(
        `the session travels in the ${listed(context.carriers ?? [])} header, where nobody can plant an ID`,
      )
    }
    const controls = trials.flatMap((trial) => trial.controls)
    const basis = { controls, exchanges: trials.map((trial) => trial.replay.exchange) }
    const sound = trials.filter((trial) => brokenControl(trial.controls) === null)
    const findings = sound.filter((trial) => trial.replay.state === 'signed-in').map(findingOf)
    if (findings.length > 0) return fail(findings, basis)

    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const unclear = trials.find((trial) => trial.replay.state !== 'anonymous')
    if (unclear !== undefined) {
      return inconclusive(
        `replaying ${listed(unclear.names)} gave an answer that is neither signed-in nor anonymous`,
        basis,
      )
    }
    return withoutFinding(noneBeforeLogin, trials, basis)
  },
}

function withoutFinding(
  noneBeforeLogin: boolean,
  trials: readonly FixationTrial[],
  basis: Parameters<typeof pass>[1],
): ReturnType<typeof pass> {
  const issued = trials.some((trial) => trial.variant === 'issued')
  const chosen = trials.some((trial) => trial.variant === 'chosen')
  if (!noneBeforeLogin && !issued) {
    return inconclusive('an ID is issued before the login, but it was not replayed after one', basis)
  }
  if (noneBeforeLogin && !chosen) {
    return inconclusive('no ID is issued before the login, and planting a chosen one was not tried', basis)
  }
  const tried = [
    issued ? `the ID issued before the login${onPages(trials)}` : '',
    chosen ? 'a planted ID' : '',
  ].filter(Boolean)
  const none = noneBeforeLogin ? 'No ID is issued before the login. ' : ''
  return pass(`${none}Replayed alone after the login: ${listed(tried)}; anonymous each time`, basis)
}

function onPages(trials: readonly FixationTrial[]): string {
  const ways = [...new Set(trials.flatMap(({ way }) => (way === undefined ? [] : [`the ${way}`])))]
  return ways.length === 0 ? '' : ` (by ${listed(ways)})`
}

function findingOf(trial: FixationTrial): Finding {
  const names = listed(trial.names)
  return {
    where: 'login',
    kind: trial.variant,
    seen: sentence(trial, names),
    fix: 'Issue a new ID when a user signs in, and delete the old session in the same step, whatever ID the browser came with.',
    exchanges: [trial.replay.exchange],
  }
}

function sentence({ variant, rotated, way }: FixationTrial, names: string): string {
  if (variant === 'issued') {
    const by = way === undefined ? '' : ` (given by the ${way})`
    return rotated
      ? `The login gave the browser a new ID but left the old one alive: ${names} as it was before the login${by}, sent alone from a clean client, is signed in.`
      : `The login kept the ID of the anonymous visit: ${names} as it was before the login${by}, sent alone from a clean client, is signed in.`
  }
  return rotated
    ? `The login gave the browser a new ID but also signed in the one that was planted: ${names} with a value chosen by us, sent alone from a clean client, is signed in.`
    : `The login adopted an ID that we chose: ${names} with that value, sent alone from a clean client, is signed in.`
}
