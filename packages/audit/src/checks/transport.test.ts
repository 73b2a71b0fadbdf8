import { table } from '../../test/check-table.ts'
import { gathered, https, loopbackHttp, publicHttp } from '../../test/sample-evidence.ts'
import type { TransportEvidence } from '../evidence/evidence.ts'
import { transport } from './transport.ts'

const seen = (changes: Partial<TransportEvidence>) => ({
  transport: gathered({
    hsts: 'max-age=31536000',
    plainHttp: null,
    loginPageHttps: true,
    loginActionHttps: true,
    exchanges: [3],
    ...changes,
  }),
})
const http = { hsts: null, loginPageHttps: false, loginActionHttps: false }

table(transport, [
  { when: 'https and a year of HSTS', says: 'pass', about: /redirects to https/ },
  { when: 'http:// is refused', evidence: seen({ plainHttp: 'refused' }), says: 'pass' },
  {
    when: 'nothing is known of a login',
    evidence: seen({ loginPageHttps: null, loginActionHttps: null }),
    says: 'pass',
  },
  {
    when: 'on loopback over http',
    evidence: seen(http),
    target: loopbackHttp,
    says: 'skipped',
    about: /loopback/,
  },
  {
    when: 'on loopback over https',
    evidence: seen({ hsts: null }),
    target: { ...https, loopback: true },
    says: 'skipped',
  },
  { when: 'there is no HSTS', evidence: seen({ hsts: null }), says: 'fail', severity: 'low' },
  { when: 'HSTS is switched off', evidence: seen({ hsts: 'max-age=0' }), says: 'fail', about: /No working/ },
  {
    when: 'HSTS is short',
    evidence: seen({ hsts: 'includeSubDomains; max-age=86400' }),
    says: 'fail',
    about: /1 day\(s\)/,
  },
  { when: 'HSTS is quoted', evidence: seen({ hsts: 'Max-Age="31536000" ; preload' }), says: 'pass' },
  {
    when: 'HSTS is broken',
    evidence: seen({ hsts: 'max-age=31536000x' }),
    says: 'fail',
    about: /No working/,
  },
  {
    when: 'http:// serves pages',
    evidence: seen({ plainHttp: 'serves-content' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'the form goes to http',
    evidence: seen({ loginActionHttps: false }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'the login page is http',
    evidence: seen({ loginPageHttps: false }),
    says: 'fail',
    severity: 'high',
  },
  { when: 'all is http', evidence: seen(http), target: publicHttp, says: 'fail', severity: 'high' },
  {
    when: 'all is http and no login was seen',
    evidence: seen({ hsts: null, loginPageHttps: null, loginActionHttps: null }),
    target: publicHttp,
    says: 'fail',
    severity: 'high',
  },
])
