import type { VisitorEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, pass, skipped } from '../judging/verdicts.ts'

type Login = NonNullable<VisitorEvidence['login']>

export const loginForm: Check<'visitor'> = {
  id: 'login-form',
  title: 'The login form keeps the password out of addresses and on this host',
  risk: 'Whoever can read logs, histories or what the other host receives gets the password itself.',
  severity: 'high',
  refs: ['WSTG-ATHN-01', 'WSTG-SESS-04', 'ASVS-14.2.1', 'CWE-598'],
  needs: ['visitor'],

  judge({ visitor: { login } }) {
    if (login === null) {
      return skipped(
        'no form that asks for a password was found from the start page; --login-url names its page',
      )
    }
    const basis = { exchanges: [login.exchange] }
    const findings = [...inAddress(login), ...elsewhere(login)]
    if (findings.length > 0) return fail(findings, basis)
    return pass(`The form on ${login.page} would post the password to this host; nothing was sent`, basis)
  },
}

function inAddress({ page, method, exchange }: Login): Finding[] {
  if (method !== 'GET') return []
  return [
    {
      where: page,
      kind: 'get',
      seen: 'The login form is sent by GET: the password becomes part of an address, and ends up in histories and logs.',
      fix: 'Write `method="post"` on the form, and refuse credentials in a query.',
      exchanges: [exchange],
    },
  ]
}

/** Often a sign-in for several sites, and meant: so it is told, and is no fault. */
function elsewhere({ page, action, otherOrigin, exchange }: Login): Finding[] {
  if (!otherOrigin) return []
  return [
    {
      where: page,
      kind: 'other-host',
      seen: `The login form sends the password to another host, ${action}.`,
      fix: 'Make sure that this host is yours; else let the form lead to this site.',
      exchanges: [exchange],
      severity: 'info',
    },
  ]
}
