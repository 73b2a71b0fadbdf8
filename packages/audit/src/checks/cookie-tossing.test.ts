import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { CookieTossingEvidence } from '../evidence/cookie-tossing.ts'
import type { State } from '../evidence/evidence.ts'
import { cookieTossing } from './cookie-tossing.ts'

const seen = (
  first: State,
  last: State,
  changes: Partial<CookieTossingEvidence> = {},
  again: State | null = null,
) => ({
  cookieTossing: gathered<CookieTossingEvidence>({
    noSibling: null,
    prefixed: [],
    trials: [
      {
        names: ['sid'],
        planted: 'visitor',
        first: saw(first, 5),
        last: saw(last, 6),
        again: again && saw(again, 7),
      },
    ],
    controls: [held],
    ...changes,
  }),
})

table(cookieTossing, [
  { when: 'the name is __Host-', says: 'pass', about: /__Host-session/ },
  {
    when: 'the site takes the first',
    evidence: seen('anonymous', 'signed-in'),
    says: 'fail',
    severity: 'low',
    about: /longer Path/,
  },
  {
    when: 'the site takes the last',
    evidence: seen('signed-in', 'anonymous'),
    says: 'fail',
    severity: 'low',
    about: /takes the last/,
  },
  {
    when: 'the site takes neither',
    evidence: seen('anonymous', 'anonymous'),
    says: 'fail',
    about: /keep a user out/,
  },
  {
    when: 'it answers an error for as long as there are two',
    evidence: seen('unclear', 'unclear', {}, 'unclear'),
    says: 'fail',
  },
  { when: 'the error was gone', evidence: seen('unclear', 'unclear', {}, 'signed-in'), says: 'inconclusive' },
  { when: 'one was unclear', evidence: seen('unclear', 'signed-in'), says: 'inconclusive' },
  {
    when: 'it takes the one that is signed in',
    evidence: seen('signed-in', 'signed-in'),
    says: 'inconclusive',
    about: /one account/,
  },
  {
    when: 'nothing was sent',
    evidence: seen('anonymous', 'signed-in', { trials: [] }),
    says: 'inconclusive',
  },
  {
    when: 'a control broke',
    evidence: seen('anonymous', 'signed-in', { controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'no other host can',
    evidence: seen('anonymous', 'signed-in', { noSibling: 'an address' }),
    says: 'skipped',
    about: /an address/,
  },
  {
    when: 'the session travels in a header',
    evidence: { ...seen('anonymous', 'signed-in'), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
])
