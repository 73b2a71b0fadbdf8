import { table } from '../../test/check-table.ts'
import { gathered } from '../../test/sample-evidence.ts'
import { referrerLeak } from './referrer-leak.ts'

const page = (...policies: readonly (string | null)[]) => ({
  referrer: gathered({
    pages: [
      {
        ...{ url: 'https://app.example.com/me?sid=<sid:00000000>', exchange: 5, carrier: 'sid' },
        targets: policies.map((policy, at) => ({ origin: `https://other${at}.example`, policy })),
      },
    ],
    pagesSearched: 4,
  }),
})

table(referrerLeak, [
  { when: 'the session is in no address', says: 'pass', about: /None of 4 pages/ },
  { when: 'the page leads nowhere else', evidence: page(), says: 'pass', about: /no other origin/ },
  { when: 'browsers cut the address', evidence: page(null), says: 'pass', about: /the origin alone/ },
  {
    when: 'the policy cuts it',
    evidence: page('strict-origin-when-cross-origin', 'same-origin'),
    says: 'pass',
  },
  {
    when: 'one of them is sent all',
    evidence: page('no-referrer', 'unsafe-url'),
    says: 'fail',
    severity: 'high',
    about: /https:\/\/other1\.example/,
  },
  { when: 'all but to http', evidence: page('no-referrer-when-downgrade'), says: 'fail' },
  {
    when: 'no page was seen',
    evidence: { referrer: gathered({ pages: [], pagesSearched: 0 }) },
    says: 'skipped',
  },
])
