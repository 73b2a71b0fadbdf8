import type { TimeoutsEvidence } from '../evidence/evidence.ts'
import type { TimedLook } from '../evidence/timeouts.ts'
import type { Check, Finding, Verdict } from '../judging/check.ts'
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

export const idleTimeout: Check<'timeouts'> = {
  id: 'idle-timeout',
  title: 'A session that nobody uses ends after the time that the policy says',
  risk: 'Whoever sits down at a computer that the user left, or finds a session that was copied long ago, is still signed in.',
  severity: 'medium',
  refs: ['WSTG-SESS-07', 'ASVS-7.3.1', 'CWE-613'],
  needs: ['timeouts'],
  fixes: {
    latchkey: 'Nothing to set: `idleTimeout` is half an hour; give each policy its own.',
    'express-session':
      'Set `rolling: true` and `cookie.maxAge` to the timeout: the store ends a session when it is over.',
    php: 'Keep the time of the last request in `$_SESSION` and compare it yourself: `session.gc_maxlifetime` is no promise.',
    django: 'Set `SESSION_COOKIE_AGE` to the timeout and `SESSION_SAVE_EVERY_REQUEST = True`.',
    laravel: 'Set `SESSION_LIFETIME` to the minutes of the timeout.',
  },

  judge({ timeouts }) {
    const { idleSeconds: expected } = timeouts
    if (expected === null) {
      return skipped('no idle timeout was named to hold it against; --idle-timeout names one')
    }
    const looks = unusedLooks(timeouts)
    const basis = {
      controls: controlsOf(timeouts),
      exchanges: exchangesOf([...looks, ...keptLooks(timeouts).flatMap((all) => all.at(-1) ?? [])]),
    }
    const broken = brokenControl(basis.controls)
    if (broken !== null) return inconclusive(broken, basis)
    const late = looks.filter((look) => isAlive(look) && isBeyond(look.unusedSeconds, expected))
    const longest = late.toSorted((a, b) => b.unusedSeconds - a.unusedSeconds)[0]
    if (longest) return fail([tooLong(longest, expected, timeouts)], basis)
    const waiting = notYet(timeouts)
    return waiting === null ? ended(timeouts, expected, basis) : inconclusive(waiting, basis)
  },
}

function tooLong(look: TimedLook, expected: number, { cookieSeconds }: TimeoutsEvidence): Finding {
  const forgotten =
    cookieSeconds !== null && cookieSeconds < look.unusedSeconds
      ? ` Browsers forget its cookie ${inTime(cookieSeconds)} after it was set; whoever has a copy does not.`
      : ''
  return {
    where: 'session',
    seen: `A session was still alive ${inTime(look.unusedSeconds)} after its last use; the policy says ${inTime(expected)}.${forgotten}`,
    fix: 'Keep the time of the last use with the session on the server, and refuse it there when that is too long ago.',
    exchanges: exchangesOf([look]),
  }
}

function ended(timeouts: TimeoutsEvidence, expected: number, basis: Basis): Verdict {
  const looks = unusedLooks(timeouts).toSorted((a, b) => a.unusedSeconds - b.unusedSeconds)
  const first = looks.find(isDead)
  const alive = looks.findLast(isAlive)
  if (first === undefined) {
    if (alive) return inconclusive(untilThen(alive.unusedSeconds, expected), basis)
    return inconclusive('no session that lay unused could be looked at, or what was seen is unclear', basis)
  }
  if (alive && alive.unusedSeconds > first.unusedSeconds) {
    return inconclusive('sessions ended in an order that no timeout explains', basis)
  }
  const since = alive ? `${inTime(alive.unusedSeconds)} and ` : null
  const when =
    since === null
      ? `within ${within(first.unusedSeconds)}`
      : `between ${since}${within(first.unusedSeconds)}`
  const words = `Ended ${when} after its last use; the policy says ${inTime(expected)}`
  if (isTooLate(first.unusedSeconds, expected)) {
    return inconclusive(`${words}: looked at too late to tell whether it was in time`, basis)
  }
  if (timeouts.renewable) return inconclusive(`${words}: ${RENEWABLE}`, basis)
  const why = notBecauseUnused(timeouts, first, alive)
  if (why !== null) return inconclusive(`${words}: ${why}`, basis)
  return pass(
    `${words}. ${timeouts.together ? 'One that was used all the while lives' : 'One that was looked at earlier was alive'}`,
    basis,
  )
}

/** What else may have ended it; null where another session shows that nothing else did. */
function notBecauseUnused(
  timeouts: TimeoutsEvidence,
  dead: TimedLook,
  alive: TimedLook | undefined,
): string | null {
  if (!timeouts.together) {
    return alive ? null : 'none was seen alive, so that something else may have ended it'
  }
  const lives = keptLooks(timeouts)
    .flat()
    .some((look) => isAlive(look) && look.atSeconds >= dead.atSeconds)
  if (lives) return null
  const [used] = keptLooks(timeouts).flat()
  return used && isDead(used)
    ? `one that was used ${within(used.unusedSeconds)} before had ended too, so that a restart or a shorter timeout may be the reason; name the time that the site really has`
    : 'no session that was used meanwhile was alive then, so that a restart may be the reason; with --resume, come back each time that it names'
}
