import { table } from '../../test/check-table.ts'
import { gathered } from '../../test/sample-evidence.ts'
import type { CachingEvidence } from '../evidence/evidence.ts'
import { caching } from './caching.ts'

type Page = CachingEvidence['pages'][number]

const good: Page = {
  url: 'https://app.example.com/me',
  exchange: 5,
  cacheControl: 'no-store',
  pragma: null,
  expires: null,
  age: null,
  vary: null,
  userSpecific: true,
  servedToAnonymous: false,
}
const pages = (...changes: readonly Partial<Page>[]) => ({
  caching: gathered({ pages: changes.map((change) => ({ ...good, ...change })) }),
})

table(caching, [
  { when: 'it says no-store', says: 'pass' },
  {
    when: 'it says more and in capitals',
    evidence: pages({ cacheControl: 'private, No-Store' }),
    says: 'pass',
  },
  { when: 'it says nothing', evidence: pages({ cacheControl: null }), says: 'fail', severity: 'low' },
  {
    when: 'it says no-cache',
    evidence: pages({ cacheControl: 'private, no-cache' }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'it says public',
    evidence: pages({ cacheControl: 'public, max-age=60' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'it says s-maxage',
    evidence: pages({ cacheControl: 's-maxage=60' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'it says s-maxage=0',
    evidence: pages({ cacheControl: 's-maxage=0' }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'Pragma only',
    evidence: pages({ cacheControl: null, pragma: 'no-cache' }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'a stranger got the page, whatever the header says',
    evidence: pages({ servedToAnonymous: true }),
    says: 'fail',
    severity: 'critical',
  },
  {
    when: 'the same page was seen twice (one finding, the worse)',
    evidence: pages({ cacheControl: null }, { cacheControl: null, servedToAnonymous: true }),
    says: 'fail',
    severity: 'critical',
  },
  {
    when: 'a page for everyone may be cached',
    evidence: pages({}, { url: '/', cacheControl: 'public', userSpecific: false }),
    says: 'pass',
  },
  { when: 'no page was made for the user', evidence: pages({ userSpecific: false }), says: 'inconclusive' },
])
