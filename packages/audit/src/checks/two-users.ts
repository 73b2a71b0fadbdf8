import type { TwoUsersEvidence } from '../evidence/two-users.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass } from '../judging/verdicts.ts'

type Trial = TwoUsersEvidence['trials'][number]

export const twoUsers: Check<'twoUsers'> = {
  id: 'two-users',
  title: 'One user’s session opens nothing of another user',
  risk: 'Any user of the site can read what belongs to another, by their own session and an address that they change.',
  severity: 'high',
  refs: ['WSTG-ATHZ-04', 'ASVS-8.2.2', 'CWE-639', 'CWE-488'],
  needs: ['twoUsers'],

  judge({ twoUsers: { trials, noAddress, controls } }) {
    const basis = { controls, exchanges: trials.flatMap(({ exchanges }) => exchanges) }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const findings = trials.filter(isOpen).map(findingOf)
    if (findings.length > 0) return fail(findings, basis)
    const page = trials.find(({ kind }) => kind === 'page')
    if (page?.seen !== 'own') {
      return inconclusive('the second user’s own page could not be told from the first one’s', basis)
    }
    const addresses = trials.filter(({ kind }) => kind === 'address')
    const open = addresses.filter(({ visitor }) => visitor === "the other's")
    const tried = [
      'the protected page',
      ...(trials.some(({ kind }) => kind === 'mixed') ? ['the same with cookies of both'] : []),
      ...addresses.filter((each) => !open.includes(each)).map(({ what }) => what),
    ]
    const publicly = open.length === 0 ? '' : `. ${listed(open.map(({ what }) => what))} is public`
    const none = noAddress === null ? '' : `. No address was tried: ${noAddress}`
    return pass(`A second user saw nothing of the first at ${listed(tried)}${publicly}${none}`, basis)
  },
}

function isOpen({ seen, visitor }: Trial): boolean {
  return seen === "the other's" && visitor !== "the other's"
}

function findingOf({ kind, what, exchanges }: Trial): Finding {
  if (kind === 'address') {
    return {
      where: what,
      seen: `A second user’s session opens ${what} and sees there all that the first user sees, and a visitor does not: unless it is meant for every user, whoever knows or guesses an address reads what is another’s.`,
      fix: 'Take the user from the session, or compare the one in the address with it, before anything is read.',
      exchanges,
      severity: 'medium',
    }
  }
  return {
    where: kind === 'mixed' ? 'cookies beside the session' : 'the protected page',
    seen: `A second user is shown the first one’s page: ${what}.`,
    fix:
      kind === 'mixed'
        ? 'Take the user from the session on the server alone. A cookie beside it is what whoever sends it writes.'
        : 'Keep what is one user’s under the session of that user, and out of caches that others share.',
    exchanges,
  }
}
