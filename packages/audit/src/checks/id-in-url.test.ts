import { table } from '../../test/check-table.ts'
import { gathered, saw } from '../../test/sample-evidence.ts'
import type { IdInUrlEvidence } from '../evidence/evidence.ts'
import { idInUrl } from './id-in-url.ts'

const found = (changes: Partial<IdInUrlEvidence>) => ({
  idInUrl: gathered({ seen: [], accepted: [], pagesSearched: 3, ...changes }),
})
const link = { carrier: 'sid', where: 'link', url: '/a?sid=<sid:aaaa1111>', exchange: 5 } as const
const sent = (state: 'signed-in' | 'anonymous' | 'unclear') => [
  { carrier: 'sid', form: ';jsessionid=', seen: saw(state, 13) },
]

table(idInUrl, [
  { when: 'it is in none and works in none', says: 'pass', about: /not accepted/ },
  { when: 'it was searched for only', evidence: found({}), says: 'inconclusive' },
  {
    when: 'it was sent in URLs to no effect',
    evidence: found({ formsTried: 2 }),
    says: 'pass',
    about: /2 forms/,
  },
  {
    when: 'one of two sets was not sent',
    evidence: found({ formsTried: 2, untried: [['remember']] }),
    says: 'inconclusive',
    about: /remember/,
  },
  {
    when: 'it is in a link',
    evidence: found({ seen: [link] }),
    says: 'fail',
    severity: 'high',
    about: /in a link/,
  },
  {
    when: 'it is in the same link of many pages (one finding)',
    evidence: found({ seen: [link, { ...link, exchange: 6 }] }),
    says: 'fail',
  },
  {
    when: 'it is in a link and a redirect',
    evidence: found({ seen: [link, { ...link, where: 'redirect' }] }),
    says: 'fail',
    findings: 2,
  },
  {
    when: 'it works in a URL',
    evidence: found({ accepted: sent('signed-in') }),
    says: 'fail',
    severity: 'medium',
  },
  { when: 'that answer is unclear', evidence: found({ accepted: sent('unclear') }), says: 'inconclusive' },
  { when: 'nothing could be sent in a URL', evidence: found({ formsTried: 0 }), says: 'inconclusive' },
  {
    when: 'no page was searched',
    evidence: found({ pagesSearched: 0, formsTried: 2 }),
    says: 'inconclusive',
  },
])
