import type { TimeoutsEvidence } from '../evidence/evidence.ts'
import type { TimedLook } from '../evidence/timeouts.ts'
import type { Check, Verdict } from '../judging/check.ts'
import {
  controlsOf,
  exchangesOf,
  inTime,
  isAlive,
  isBeyond,
  isDead,
  isTooLate,
  keptLooks,
  notYet,
  RENEWABLE,
  untilThen,
  unusedLooks,
  within,
} from '../judging/timed.ts'
import { type Basis, brokenControl, fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

export const absoluteTimeout: Check<'timeouts'> = {
  id: 'absolute-timeout',
  title: 'A session ends after the time that the policy says, however much it is used',
  risk: 'Somebody who has copied the session keeps it for as long as they like, if only they use it often enough.',
  severity: 'medium',
  refs: ['WSTG-SESS-07', 'ASVS-7.3.2', 'CWE-613'],
  needs: ['timeouts'],
  fixes: {
    latchkey: 'Nothing to set: `absoluteTimeout` is eight hours; give each policy its own.',
    'express-session':
      'Keep the time of the login in `req.session` and refuse sessions that are older: `rolling` renews them for ever.',
    php: 'Keep the time of the login in `$_SESSION` and end the session when it is too long ago.',
    django:
      'Keep the time of the login in the session and log out when it is too long ago: `SESSION_SAVE_EVERY_REQUEST` renews it for ever.',
  },

  judge({ timeouts }) {
    const { absoluteSeconds: expected } = timeouts
    if (expected === null) {
      return skipped('no absolute timeout was named to hold it against; --absolute-timeout names one')
    }
    const all = keptLooks(timeouts)
    const basis = {
      controls: controlsOf(timeouts),
      exchanges: exchangesOf(all.flatMap((looks) => looks.slice(-2))),
    }
    const broken = brokenControl(basis.controls)
    if (broken !== null) return inconclusive(broken, basis)
    const looks = [...all.flat(), ...unusedLooks(timeouts)]
    const old = looks.filter((look) => isAlive(look) && isBeyond(look.ageSeconds, expected))
    const oldest = old.toSorted((a, b) => b.ageSeconds - a.ageSeconds)[0]
    if (oldest) {
      const finding = {
        where: 'session',
        seen: `A session was still alive ${inTime(oldest.ageSeconds)} after its login; the policy says ${inTime(expected)}.`,
        fix: 'Keep the time of the login with the session on the server, and refuse it there when that is too long ago.',
        exchanges: exchangesOf([oldest]),
      }
      return fail([finding], basis)
    }
    const waiting = notYet(timeouts)
    return waiting === null ? ended(timeouts, expected, basis) : inconclusive(waiting, basis)
  },
}

function ended(timeouts: TimeoutsEvidence, expected: number, basis: Basis): Verdict {
  const [main = [], ...younger] = keptLooks(timeouts)
  if (timeouts.evicted) {
    return inconclusive('the login that its age was to be held against ended the session', basis)
  }
  const last = main.at(-1)
  if (last === undefined) {
    return inconclusive(
      'no session could be used all the while: where a user has one at a time, give --absolute-timeout without --idle-timeout',
      basis,
    )
  }
  if (isAlive(last)) return inconclusive(untilThen(last.ageSeconds, expected), basis)
  if (!isDead(last)) return inconclusive('whether the session was alive is unclear', basis)
  const before = main.findLast(isAlive)
  const words = `Ended between ${inTime(before?.ageSeconds ?? 0)} and ${within(last.ageSeconds)} after its login; the policy says ${inTime(expected)}`
  if (isTooLate(last.ageSeconds, expected)) {
    return inconclusive(`${words}: looked at too late to tell whether it was in time`, basis)
  }
  if (timeouts.renewable) return inconclusive(`${words}: ${RENEWABLE}`, basis)
  const why = notBecauseOld(timeouts, last, younger.flat())
  return why === null
    ? pass(`${words}. One that was begun later lives`, basis)
    : inconclusive(`${words}: ${why}`, basis)
}

/** What else may have ended it; null where other sessions show that nothing else did. */
function notBecauseOld(
  timeouts: TimeoutsEvidence,
  dead: TimedLook,
  younger: readonly TimedLook[],
): string | null {
  const survived = [...keptLooks(timeouts).flat(), ...unusedLooks(timeouts)].filter(isAlive)
  const longest = Math.max(0, ...survived.map(({ unusedSeconds }) => unusedSeconds))
  if (isBeyond(dead.unusedSeconds, longest)) {
    return `it had not been used for ${inTime(dead.unusedSeconds)}, longer than any that was seen alive, so that an idle timeout may be the reason; --idle-timeout says how often it has to be used`
  }
  const lives = younger.some((look) => isAlive(look) && look.atSeconds >= dead.atSeconds)
  return lives ? null : 'no younger session was alive then, so that a restart may be the reason'
}
