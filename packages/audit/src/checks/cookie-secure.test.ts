import { table } from '../../test/check-table.ts'
import { rowsOfAnyCookieCheck } from '../../test/cookie-rows.ts'
import { carriedBy, cookie, gathered, loopbackHttp, publicHttp } from '../../test/sample-evidence.ts'
import { cookieSecure } from './cookie-secure.ts'

const carrier = gathered(carriedBy('sid'))
const secure = { carrier, cookies: gathered([cookie('sid')]) }
const open = { carrier, cookies: gathered([cookie('sid', { secure: false })]) }

table(cookieSecure, [
  ...rowsOfAnyCookieCheck({ secure: false }),
  { when: 'missing over https', evidence: open, says: 'fail', severity: 'medium' },
  {
    when: 'missing over http on loopback',
    evidence: open,
    target: loopbackHttp,
    says: 'skipped',
    about: /loopback/,
  },
  { when: 'present over http on loopback', evidence: secure, target: loopbackHttp, says: 'pass' },
  { when: 'missing over public http', evidence: open, target: publicHttp, says: 'fail', severity: 'high' },
  { when: 'present over public http', evidence: secure, target: publicHttp, says: 'fail', about: /refuse/ },
])
