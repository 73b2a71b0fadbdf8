import type { RememberMeEvidence } from '../evidence/remember-me.ts'
import type { Check, Finding } from '../judging/check.ts'
import { exchangesOf, inSeconds, type Outlived, outlived, undecided } from '../judging/replays.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Changed = NonNullable<RememberMeEvidence['afterPasswordChange']>

export const rememberMe: Check<'rememberMe'> = {
  id: 'remember-me',
  title: 'A “remember me” ends with the logout and with the password',
  risk: 'Somebody who has copied the cookie that keeps the user signed in gets new sessions with it after the user has signed out.',
  severity: 'high',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'ASVS-7.4.3', 'CWE-613'],
  needs: ['rememberMe'],
  fixes: {
    latchkey:
      'Use `policies` with a persistent cookie in place of a second one: it is the session, and ends with it.',
    php: 'Keep the tokens in a table by user, delete the browser’s own at the logout and all of the user’s when the password changes.',
    laravel:
      'Call `Auth::logout()`, which cycles the remember token, and set a new `remember_token` when the password changes.',
    rails:
      'With Devise set `config.expire_all_remember_me_on_sign_out = true`, and call `forget_me!` when the password changes.',
  },

  judge({ rememberMe: evidence }) {
    const { sets, none, afterLogout, noLogout, afterPasswordChange: changed, controls } = evidence
    if (sets.length === 0) return skipped(none ?? 'nothing of the kind was found')
    const names = listed([...new Set(sets.flat())])
    const all = [...(afterLogout ?? []), ...(changed?.replays ?? []), ...(changed?.taken ?? [])]
    const basis = { controls: [...controls, ...(changed?.controls ?? [])], exchanges: exchangesOf(all) }

    const brokenLogout = brokenControl(controls)
    const brokenChange = changed && brokenControl(changed.controls)
    const findings = [
      ...(brokenLogout === null ? outlived(afterLogout ?? []).map(ofLogout) : []),
      ...(changed && brokenChange === null ? ofChange(changed) : []),
    ]
    if (findings.length > 0) return fail(findings, basis)
    const open =
      brokenLogout ??
      (afterLogout === null ? (noLogout ?? 'it was not sent after a logout') : undecided(afterLogout)) ??
      brokenChange ??
      (changed && openAfter(changed))
    if (open !== null) return inconclusive(open, basis)
    const tried = changed ? 'a logout and a change of the password' : 'a logout'
    return pass(`${names} alone signs in nobody after ${tried}. ${remarks(evidence)}`, basis)
  },
}

function ofLogout({ names, aliveMs, goneMs, exchanges }: Outlived): Finding {
  return {
    where: 'logout',
    kind: names,
    seen:
      goneMs === null
        ? `${names} signs in by itself ${inSeconds(aliveMs)} after the logout: whoever has a copy, or opens the browser next, is signed in again.`
        : `${names} signed in by itself ${inSeconds(aliveMs)} after the logout, and no longer ${inSeconds(goneMs)} after it.`,
    fix: 'Keep what is remembered on the server, and delete it there when the user logs out.',
    exchanges,
    severity: goneMs === null ? 'high' : 'medium',
  }
}

/** ASVS asks that the user is offered to end other sessions, so one that lives on is no fault by itself. */
function ofChange({ replays, taken, choice, offer }: Changed): Finding[] {
  const survivors = outlived(replays).filter(({ goneMs }) => goneMs === null)
  if (survivors.length === 0) return []
  if (choice?.preset)
    return survivors.map((one) => afterChange(one, `, although the box ${choice.field} is set to end it`))
  if (taken !== null) {
    return outlived(taken).map((one) =>
      afterChange(one, `, also where the box ${choice?.field} is used to end it`),
    )
  }
  return choice || offer ? [] : survivors.map((one) => afterChange(one, ', and nothing offers to end it'))
}

function afterChange({ names, exchanges }: Outlived, how: string): Finding {
  return {
    where: 'password change',
    kind: names,
    seen: `${names} of another browser signs in by itself after the change of the password${how}: whoever got in stays in.`,
    fix: 'Delete all that is remembered for an account when its password changes.',
    exchanges,
    severity: 'medium',
  }
}

function openAfter({ replays, taken, choice }: Changed): string | null {
  const survived = outlived(replays).some(({ goneMs }) => goneMs === null)
  if (survived && choice && taken === null) return `the box ${choice.field} could not be tried`
  const unclear = [...replays, ...(taken ?? [])].find(({ seen }) => seen.state === 'unclear')
  return unclear === undefined ? null : undecided([unclear])
}

function remarks({ lifetimeSeconds, use, afterPasswordChange }: RememberMeEvidence): string {
  const days = lifetimeSeconds === null ? null : Math.round(lifetimeSeconds / 86_400)
  const kept =
    days === null
      ? 'The browser keeps it until it is closed'
      : `The browser keeps it for ${days === 1 ? 'a day' : `${days} days`}`
  const renewal =
    use === null
      ? ''
      : !use.renewed
        ? '. Its value stays the same at each use, so that a copy is never noticed'
        : use.again.state === 'signed-in'
          ? '. It is renewed at each use, and an earlier value is still taken'
          : '. It is renewed at each use, and an earlier value is refused'
  const change = afterPasswordChange
    ? ''
    : '. What a change of the password does to it was not tried (--change-password)'
  return kept + renewal + change
}
