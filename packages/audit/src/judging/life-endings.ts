import type { Evidence } from '../evidence/evidence.ts'
import type { InFlightEvidence } from '../evidence/in-flight.ts'
import type { RememberMeEvidence } from '../evidence/remember-me.ts'
import type { StreamsEvidence } from '../evidence/streams.ts'
import type { TimedLook, TimeoutsEvidence } from '../evidence/timeouts.ts'
import { at, last, of, opens, worst } from './life-looks.ts'
import type { Seen } from './moment.ts'
import { inTime, isAlive, isBeyond, isDead, keptLooks, unusedLooks } from './timed.ts'

/** What a session outlives, and what ends it, beside the sign-out itself. */
export function endingsOf(evidence: Evidence): readonly Seen[] {
  return [
    ...of(evidence.inFlight, ofRequestsUnderWay),
    ...of(evidence.streams, ofStreams),
    ...of(evidence.rememberMe, ofRememberMe),
    ...of(evidence.bulkRevoke, ({ others }) =>
      worst(
        others.flatMap((looks) =>
          looks
            .slice(-1)
            .map(({ seen }) => opens('another session, after signing out everywhere,', seen, 'bulk-revoke')),
        ),
      ),
    ),
    ...of(evidence.timeouts, ofTimeouts),
  ]
}

function ofRequestsUnderWay({ trials, login }: InFlightEvidence): readonly Seen[] {
  const [trial] = trials.slice(-1)
  const late = trial?.browser
  const back = late?.state === 'signed-in'
  return [
    ...(trial ? [opens('a copy, once late requests were answered,', trial.copy, 'logout-in-flight')] : []),
    ...at(late?.exchange, {
      lane: 'sign-out',
      what: `a late answer ${back ? 'signs the browser in again' : 'leaves the browser signed out'}`,
      bad: back,
      check: 'late-answer',
    }),
    ...(login?.browser?.state === 'anonymous' && login.begun.some(({ restores }) => restores.length > 0)
      ? at(login.browser.exchange, {
          lane: 'sign-in',
          what: 'a late answer puts the user back into the session of before',
          bad: true,
          check: 'late-answer',
        })
      : []),
  ]
}

/** One that a visitor gets nothing from. It was opened before, and is looked at when the user is out. */
function ofStreams({ streams, browserAfter }: StreamsEvidence): readonly Seen[] {
  const own = streams.filter(({ visitor, before }) => visitor === 0 && before > 0)
  return worst(
    own.flatMap(({ after, exchange }) =>
      at(browserAfter?.exchange ?? exchange ?? undefined, {
        lane: 'sign-out',
        what: `an open stream ${after > 0 ? 'goes on' : 'is silent'} after the sign-out`,
        bad: after > 0,
        check: 'stream-outlives-logout',
      }),
    ),
  )
}

/** After a new password only where nothing was offered to end it, or that was taken. */
function ofRememberMe({ afterLogout, afterPasswordChange: changed }: RememberMeEvidence): readonly Seen[] {
  const isOffered = changed !== null && (changed.choice?.preset === false || changed.offer !== null)
  const replays = changed?.taken ?? (isOffered ? [] : (changed?.replays ?? []))
  return [
    ...last(afterLogout ?? [], 'what “remember me” gave, after the sign-out,', 'remember-me'),
    ...last(replays, 'what it gave another browser, after the change of the password,', 'remember-me'),
  ]
}

function ofTimeouts(timeouts: TimeoutsEvidence): readonly Seen[] {
  const { idleSeconds, absoluteSeconds } = timeouts
  return [
    ...ended(unusedLooks(timeouts), idleSeconds, 'unusedSeconds', 'unused for', 'idle-timeout'),
    ...ended(
      keptLooks(timeouts)[0] ?? [],
      absoluteSeconds,
      'ageSeconds',
      'signed in for',
      'absolute-timeout',
    ),
  ]
}

/** The longest that lived; where none lived too long, the first that had ended. */
function ended(
  looks: readonly TimedLook[],
  expected: number | null,
  by: 'unusedSeconds' | 'ageSeconds',
  words: string,
  check: string,
): readonly Seen[] {
  if (expected === null) return []
  const inOrder = looks.toSorted((a, b) => a[by] - b[by])
  const alive = inOrder.findLast(isAlive)
  const bad = alive !== undefined && isBeyond(alive[by], expected)
  const look = bad ? alive : (inOrder.find(isDead) ?? alive)
  if (look === undefined) return []
  const state = isAlive(look) ? 'is alive' : 'has ended'
  const what = `a session ${words} ${inTime(look[by])} ${state}`
  return [{ lane: 'use', exchange: look.seen.exchange, what, bad, check }]
}
