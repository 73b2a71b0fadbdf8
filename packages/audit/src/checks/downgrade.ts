import type { DowngradeEvidence } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const downgrade: Check<'downgrade'> = {
  id: 'downgrade',
  title: 'The session of an https site does not go over http',
  risk: 'Somebody on the same network gets the browser to open one unencrypted address of the site, and reads or plants the session there.',
  severity: 'high',
  refs: ['WSTG-SESS-04', 'WSTG-SESS-09', 'ASVS-3.3.3', 'ASVS-12.2.1', 'CWE-319', 'CWE-614'],
  needs: ['downgrade'],
  fixes: {
    'express-session':
      'Set `cookie: { secure: true }` and a name with `__Host-`, and redirect http:// before the session middleware.',
    php: 'Set `session.cookie_secure = 1`, and let the web server redirect http:// before PHP runs.',
    django: 'Set `SESSION_COOKIE_SECURE = True` and `SECURE_SSL_REDIRECT = True`.',
    rails: 'Set `config.force_ssl = true`.',
    laravel: 'Set `SESSION_SECURE_COOKIE=true`, and redirect http:// in the web server.',
  },

  judge({ downgrade: seen }, context) {
    const { target } = context
    if (target.loopback) return skipped('the site is on loopback, where nothing travels over a network')
    if (!target.https) return skipped('the site is served over plain http, which transport judges')
    if (onlyInHeader(context))
      return skipped('the session travels in a header, which no browser adds to http:// by itself')
    const { plainHttp, replay, sent, set, controls } = seen
    const exchanges = [...(replay ? [replay.exchange] : []), ...set.map(({ exchange }) => exchange)]
    const basis = { controls, exchanges }
    const broken = brokenControl(controls)
    const accepted = replay?.state === 'signed-in' && broken === null
    const findings = [...(accepted ? [takenOver(seen, replay.exchange)] : []), ...set.map(setOver)]
    if (findings.length > 0) return fail(findings, basis)
    if (broken !== null) return inconclusive(broken, basis)
    if (replay?.state === 'unclear') {
      return inconclusive(
        'the session sent over http:// gave an answer that is neither a user’s nor a visitor’s',
        basis,
      )
    }
    if (plainHttp === null)
      return skipped('http:// is asked only where the site has the default port, and this one has another')
    if (plainHttp === 'refused') return pass('Nothing answers at http://', basis)
    if (replay === null) {
      return pass(
        'Browsers send no session over http://: what is Secure of it is needed, and no answer there set it',
        basis,
      )
    }
    return pass(`${listed(sent)} sent over http:// signs in nobody`, basis)
  },
}

function takenOver({ sent }: DowngradeEvidence, exchange: number): Finding {
  return {
    where: 'http://',
    seen: `Browsers send ${listed(sent)} over http:// too, and it signs in there: anyone on the way can take the session, and read and change what is answered.`,
    fix: 'Redirect every http:// request to https before any session is looked at, and add Secure to the cookie.',
    exchanges: [exchange],
  }
}

function setOver({ name, exchange }: DowngradeEvidence['set'][number]): Finding {
  return {
    where: `cookie ${name}`,
    seen: `An answer over http:// sets ${name}, which carries the session over https: anyone on the way knows, or chooses, the ID with which a browser comes to the login.`,
    fix: 'Set no cookie over http://, and name the cookie with `__Host-`, which no plain answer can set.',
    exchanges: [exchange],
    severity: 'low',
  }
}
