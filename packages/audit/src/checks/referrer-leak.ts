import type { ReferrerEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, listed, pass, skipped } from '../judging/verdicts.ts'

/** Policies under which the whole address goes to other origins. Where none is set, browsers send the origin alone. */
const WHOLE = ['unsafe-url', 'no-referrer-when-downgrade']

export const referrerLeak: Check<'referrer'> = {
  id: 'referrer-leak',
  title: 'No address with the session goes to other sites as a Referer',
  risk: 'The other sites that this one links to or takes pictures and scripts from are told the session, and it stays in their logs for whoever reads those.',
  severity: 'high',
  refs: ['WSTG-SESS-04', 'ASVS-3.4.5', 'ASVS-14.2.1', 'CWE-200', 'CWE-598'],
  needs: ['referrer'],

  judge({ referrer: { pages, pagesSearched } }) {
    const basis = { exchanges: pages.map(({ exchange }) => exchange) }
    const findings = pages.flatMap(findingOf)
    if (findings.length > 0) return fail(findings, basis)
    if (pagesSearched === 0)
      return skipped('no answer to the user was a page, and what is none leads a browser nowhere')
    if (pages.length === 0) {
      return pass(`None of ${pagesSearched} pages of the user has the session in its address`, basis)
    }
    const none = pages.every(({ targets }) => targets.length === 0)
    return pass(
      none
        ? 'The session is in the address of pages (see id-in-url), and they lead to no other origin'
        : 'The session is in the address of pages (see id-in-url), of which other origins are sent the origin alone, or nothing',
      basis,
    )
  },
}

function findingOf({ url, exchange, carrier, targets }: ReferrerEvidence['pages'][number]): Finding[] {
  const told = targets.filter(({ policy }) => policy !== null && WHOLE.includes(policy))
  if (told.length === 0) return []
  const policies = [...new Set(told.map(({ policy }) => policy ?? ''))]
  return [
    {
      where: url,
      kind: carrier,
      seen: `${carrier} is in this page's address, and under Referrer-Policy ${listed(policies)} browsers send that whole to ${listed(told.map(({ origin }) => origin))}.`,
      fix: 'Keep the session out of addresses, and send `Referrer-Policy: same-origin` or `no-referrer`, or none at all.',
      exchanges: [exchange],
    },
  ]
}
