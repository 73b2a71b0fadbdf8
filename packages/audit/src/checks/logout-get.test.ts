import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { LogoutGetEvidence } from '../evidence/evidence.ts'
import { logoutGet } from './logout-get.ts'

type Trial = LogoutGetEvidence['trials'][number]

const trial = (after: 'signed-in' | 'anonymous' | 'unclear', by: Trial['by'] = 'link'): Trial => ({
  by,
  attached: ['sid'],
  status: 200,
  exchange: 10,
  after: saw(after, 11),
})
const seen = (changes: Partial<LogoutGetEvidence>) => ({
  logoutGet: gathered({
    url: 'https://app.example.com/logout',
    found: 'a link on /me',
    trials: [trial('signed-in')],
    ownPage: { exchange: 12, after: saw('signed-in', 13) },
    controls: [held],
    ...changes,
  }),
})
const ownPage = { exchange: 12, after: saw('anonymous', 13) }

table(logoutGet, [
  { when: 'no GET ends the session', says: 'pass', about: /leaves the session alive/ },
  {
    when: 'a link ends it',
    evidence: seen({ trials: [trial('anonymous')], ownPage: null }),
    says: 'fail',
    severity: 'low',
    about: /^A link on a page of any other site/,
  },
  {
    when: 'an image ends it',
    evidence: seen({ trials: [trial('anonymous', 'image')], ownPage: null }),
    says: 'fail',
    about: /^An image on a page of any other site, unless/,
  },
  {
    when: 'an image does not and a link does',
    evidence: seen({ trials: [trial('signed-in', 'image'), trial('anonymous')], ownPage: null }),
    says: 'fail',
    about: /^A link/,
  },
  {
    when: 'only the site’s own pages can, as no cookie goes along',
    evidence: seen({ trials: [{ ...trial('signed-in'), attached: [] }], ownPage }),
    says: 'pass',
    about: /adds no cookie of the session/,
  },
  {
    when: 'only the site’s own pages can, as the site refuses the others',
    evidence: seen({ ownPage }),
    says: 'pass',
    about: /refuses what other sites send, although sid goes along/,
  },
  {
    when: 'the browser is unclear after a trial',
    evidence: seen({ trials: [trial('unclear')] }),
    says: 'inconclusive',
    about: /neither clearly/,
  },
  { when: 'nothing was sent', evidence: seen({ trials: [] }), says: 'inconclusive' },
  {
    when: 'a control broke, even where the browser was anonymous after it',
    evidence: seen({ trials: [trial('anonymous')], controls: [held, broken] }),
    says: 'inconclusive',
  },
  {
    when: 'the session travels in a header',
    evidence: { ...seen({}), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
    about: /Authorization/,
  },
])
