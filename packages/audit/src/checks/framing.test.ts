import { table } from '../../test/check-table.ts'
import { carriedBy, cookie, gathered, saw } from '../../test/sample-evidence.ts'
import type { CookieAttributes, FramingEvidence } from '../evidence/evidence.ts'
import { framing } from './framing.ts'

type Page = FramingEvidence['pages'][number]

const sid = '__Host-session'
const made = (attributes: Partial<CookieAttributes>, page: Partial<Page> = {}) => ({
  cookies: gathered([cookie(sid, attributes)]),
  framing: gathered({
    pages: [{ url: 'https://app.example.com/me', exchange: 5, xFrameOptions: null, csp: null, ...page }],
  }),
})
const none = { sameSite: 'None' } as const
const open = (csp: string) => made(none, { csp })

table(framing, [
  { when: 'the cookie is Strict', says: 'pass', about: /not sent the session/ },
  { when: 'it is Lax, and the page says nothing', evidence: made({ sameSite: 'Lax' }), says: 'pass' },
  {
    when: 'it says no SameSite, and the page says nothing',
    evidence: made({ sameSite: null }),
    says: 'pass',
  },
  { when: 'it is None, and the page says nothing', evidence: made(none), says: 'fail', severity: 'medium' },
  { when: 'it is None and Partitioned', evidence: made({ ...none, partitioned: true }), says: 'pass' },
  { when: 'frame-ancestors none', evidence: open("frame-ancestors 'none'"), says: 'pass', about: /forbid/ },
  {
    when: 'frame-ancestors of partners',
    evidence: open('frame-ancestors https://partner.example'),
    says: 'pass',
  },
  { when: 'frame-ancestors of nobody', evidence: open('frame-ancestors'), says: 'pass' },
  { when: 'frame-ancestors of all', evidence: open("frame-ancestors 'self' *"), says: 'fail' },
  { when: 'frame-ancestors of a scheme', evidence: open('frame-ancestors https:'), says: 'fail' },
  {
    when: 'one policy of two forbids it',
    evidence: open("frame-ancestors *, frame-ancestors 'self'"),
    says: 'pass',
  },
  { when: 'a policy without it', evidence: open("default-src 'none'"), says: 'fail' },
  { when: 'X-Frame-Options', evidence: made(none, { xFrameOptions: 'SameOrigin' }), says: 'pass' },
  {
    when: 'X-Frame-Options that nobody heeds',
    evidence: made(none, { xFrameOptions: 'ALLOW-FROM https://a.example' }),
    says: 'fail',
  },
  {
    when: 'frame-ancestors win over X-Frame-Options',
    evidence: made(none, { csp: 'frame-ancestors *', xFrameOptions: 'DENY' }),
    says: 'fail',
  },
  {
    when: 'only one of two that are needed is None',
    evidence: {
      ...made(none),
      carrier: gathered(carriedBy('a', 'b')),
      cookies: gathered([cookie('a', none), cookie('b')]),
    },
    says: 'pass',
  },
  {
    when: 'no page of the user was seen',
    evidence: { ...made(none), framing: gathered({ pages: [] }) },
    says: 'inconclusive',
  },
  { when: 'it was never seen being set', evidence: { cookies: gathered([]) }, says: 'skipped' },
  {
    when: 'a header carries the session',
    evidence: { carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
  {
    when: 'what carries the session is not certain',
    evidence: { carrier: gathered({ ...carriedBy(sid), withAll: saw('anonymous') }) },
    says: 'inconclusive',
  },
])
