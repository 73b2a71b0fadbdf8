import type { Check } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const sessionPuzzling: Check<'sessionPuzzling'> = {
  id: 'session-puzzling',
  title: 'Nothing but a whole login signs a visitor in',
  risk: "An attacker who knows only a user's name sends a form that anybody may send, and is then signed in as that user without the password.",
  severity: 'high',
  refs: ['WSTG-SESS-08', 'ASVS-6.4.3', 'CWE-841'],
  needs: ['sessionPuzzling'],

  judge({ sessionPuzzling: { trials, controls } }) {
    if (trials.length === 0) {
      return skipped(
        'the login has one step, and no request was named that a visitor makes before it: --puzzle-request "POST /forgot user={{username}}" names one, --puzzle sends such forms as are found',
      )
    }
    const basis = { controls, exchanges: trials.flatMap(({ exchange, after }) => [exchange, after.exchange]) }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const open = trials.filter(({ after }) => after.state === 'signed-in')
    if (open.length > 0) {
      const findings = open.slice(0, 1).map(({ what, exchange, after }) => ({
        where: what,
        seen: `A visitor who sent ${what} is signed in as the user on the protected page: no password, or not all that a login takes, was given.`,
        fix: 'Let only a finished login write what the protected pages read. Keep the name that somebody gave on the way (a forgotten password, the first step) under a key of its own, which no other page takes for the user.',
        exchanges: [exchange, after.exchange],
      }))
      return fail(findings, basis)
    }
    const unclear = trials.find(({ after }) => after.state === 'unclear')
    if (unclear) {
      return inconclusive(
        `after ${unclear.what} the visitor was answered neither as a user nor as one`,
        basis,
      )
    }
    const refused = trials.find(({ accepted }) => !accepted)
    if (refused) {
      return inconclusive(
        `${refused.what} was not taken (status ${refused.status}), so that it shows nothing`,
        basis,
      )
    }
    return pass(`A visitor stays one after ${listed(trials.map(({ what }) => what))}`, basis)
  },
}
