import type { ConcurrentSessionsEvidence } from '../evidence/evidence.ts'
import type { Check, Verdict } from '../judging/check.ts'
import { type Basis, brokenControl, fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

/** What the site does, in words, and how many sessions one user can have as far as that was seen. */
interface Policy {
  readonly kind: 'unlimited' | 'evicts' | 'refuses'
  readonly sessions: number
  readonly words: string
}

export const concurrentSessions: Check<'concurrentSessions'> = {
  id: 'concurrent-sessions',
  title: 'A user can have as many sessions at a time as the policy says',
  risk: "Somebody with a user's password or a copied session can be signed in beside the user, unnoticed, as often as they like.",
  severity: 'medium',
  refs: ['WSTG-SESS-11', 'ASVS-7.1.2', 'CWE-770'],
  needs: ['concurrentSessions'],
  fixes: {
    latchkey:
      'Set `sessionsPerUser: { max: 5 }`; `atCap` says whether the oldest ends or the login is refused.',
    django: 'Keep the session keys of each user and delete the oldest in a `user_logged_in` receiver.',
    laravel: 'Call `Auth::logoutOtherDevices($password)` after the login for a limit of one.',
  },

  judge({ concurrentSessions: evidence }, { expect }) {
    const { logins, controls, refused } = evidence
    const expected = expect?.concurrentSessions ?? evidence.expected
    const last = logins.at(-1)?.browsers ?? []
    const basis = {
      controls,
      exchanges: [...last.map(({ exchange }) => exchange), ...(refused ? [refused.exchange] : [])],
    }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const policy = policyOf(evidence)
    if (typeof policy === 'string') return inconclusive(policy, basis)
    if (expected === null) {
      return skipped(
        `${policy.words}. No policy was named to hold it against; --expect-sessions names one`,
        basis,
      )
    }
    return against(expected, policy, basis)
  },
}

/** What is so; a text says why that is not known. */
function policyOf({ logins, shared, refused }: ConcurrentSessionsEvidence): Policy | string {
  const rounds = logins.map(({ browsers }) => browsers.map(({ state }) => state))
  const count = rounds.length
  if (rounds.flat().includes('unclear')) return 'whether one of the sessions was alive is unclear'
  if (shared > 0) {
    return `${shared} of ${count} logins gave the browser the session of an earlier login, so that they cannot be told apart`
  }
  if (refused !== null) {
    if (!refused.worksAfterLogout) {
      return `after ${count} logins another was refused (status ${refused.status}), and not shown to be so because of the number of sessions`
    }
    const words = `With ${sessionsOf(refused.live)} alive another login is refused, and works once one has ended`
    return { kind: 'refuses', sessions: refused.live, words }
  }
  const live = (rounds.at(-1) ?? []).filter((state) => state === 'signed-in').length
  if (count === 0 || live === 0) return 'no session was alive after the logins'
  if (!rounds.every((states) => onlyNewest(states, Math.min(states.length, live)))) {
    return 'sessions ended in an order that no limit explains'
  }
  if (live === count) {
    return {
      kind: 'unlimited',
      sessions: live,
      words: `All ${count} of ${count} logins in a row stay signed in`,
    }
  }
  const words = `At most ${sessionsOf(live)}: each further login ends the oldest (${count} logins in a row)`
  return { kind: 'evicts', sessions: live, words }
}

/** The newest `live` browsers are signed in, and no other. */
function onlyNewest(states: readonly string[], live: number): boolean {
  return states.every((state, at) => (state === 'signed-in') === at >= states.length - live)
}

function against(expected: number, { kind, sessions, words }: Policy, basis: Basis): Verdict {
  const said = `The policy says at most ${sessionsOf(expected)}.`
  const finding = { where: 'login', exchanges: basis.exchanges ?? [] }
  if (sessions > expected) {
    const fix =
      'Count a user’s sessions in the same atomic step that makes one, and end the oldest or refuse the login at the limit.'
    return fail([{ ...finding, seen: `${words}. ${said}`, fix, severity: 'medium' }], basis)
  }
  if (kind === 'unlimited') {
    return inconclusive(`${words}, which is too few to tell: ${said}`, basis)
  }
  if (sessions === expected) return pass(words, basis)
  // Sessions that are not ours may count as well, so that a refusal comes earlier than it seems.
  if (kind === 'refuses') {
    return inconclusive(`${words}. ${said} Sessions begun elsewhere may count too`, basis)
  }
  const fix = 'Make the limit and what is written about it the same.'
  return fail([{ ...finding, seen: `${words}. ${said}`, fix, severity: 'low' }], basis)
}

function sessionsOf(count: number): string {
  return count === 1 ? 'one session' : `${count} sessions`
}
