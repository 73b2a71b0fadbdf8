import type { Check } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

export const bulkRevoke: Check<'bulkRevoke'> = {
  id: 'bulk-revoke',
  title: 'Signing out everywhere ends every other session',
  risk: 'Somebody who has copied the session stays in although the user signed out everywhere to throw them out.',
  severity: 'medium',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.3', 'ASVS-7.5.2', 'CWE-613', 'CWE-362'],
  needs: ['bulkRevoke'],
  fixes: {
    latchkey: 'Call `await sessions.revokeUser(userId, { except: session.sid })`.',
  },

  judge({ bulkRevoke: { notTried, how, others, own, controls } }) {
    const looks = others.flat().map(({ seen }) => seen)
    const exchanges = [...looks, ...(own ? [own] : [])].map(({ exchange }) => exchange)
    const basis = { controls, exchanges }
    if (notTried !== null) return skipped(notTried, basis)
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    if (how === null || others.length === 0) return inconclusive('no other session was sent', basis)
    const lives = others.filter((seen) => seen.every(({ seen: { state } }) => state === 'signed-in'))
    const dead = others.filter((seen) => seen.at(-1)?.seen.state === 'anonymous')
    const what = `${how.method} ${how.url}`
    if (lives.length > 0 && dead.length === 0) {
      return inconclusive(
        `${what} (${how.found}) ended none of ${others.length} other sessions, so it may not be what signs out everywhere, or want more than it was sent`,
        basis,
      )
    }
    const stays = lives.filter((seen) => seen.length > 1)
    if (stays.length > 0) {
      return fail(
        [
          {
            where: 'sign out everywhere',
            seen: `${what} ended ${dead.length} of ${others.length} other sessions, several of them made at once: ${stays.length} of them still ${stays.length === 1 ? 'signs' : 'sign'} in.`,
            fix: 'End sessions by a query over what is stored, or keep a not-before time per user. A list of a user’s sessions that is read, changed and written loses those that are made at the same time.',
            exchanges: stays.flatMap((seen) => seen.map(({ seen: { exchange } }) => exchange)),
          },
        ],
        basis,
      )
    }
    const other = looks.find(({ state }) => state !== 'anonymous')
    if (other !== undefined) {
      return inconclusive(
        `one of the other sessions was ${other.state} once, which shows nothing for certain`,
        basis,
      )
    }
    return pass(`${what} ended all ${others.length} other sessions, several of them made at once`, basis)
  },
}
