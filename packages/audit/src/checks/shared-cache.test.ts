import { table } from '../../test/check-table.ts'
import { carriedBy, gathered, saw } from '../../test/sample-evidence.ts'
import type { SharedCacheEvidence } from '../evidence/evidence.ts'
import { sharedCache } from './shared-cache.ts'

type Giving = SharedCacheEvidence['giving'][number]
type Handed = NonNullable<Giving['handed']>

const good: Giving = {
  ...{
    url: 'https://app.example.com/login',
    exchange: 3,
    cookie: 'sid',
    gives: 'visitor',
    brought: false,
    isFile: false,
  },
  ...{ cacheControl: 'no-store', cdnCacheControl: null, expires: null, date: null, vary: null, age: null },
  ...{ cacheStatus: null, handed: null },
}
const giving = (changes: Partial<Giving>, more: Partial<SharedCacheEvidence> = {}) => ({
  sharedCache: gathered({
    giving: [{ ...good, ...changes }],
    ...{ looked: 9, fileAsked: false, loginKeepsIds: null, ...more },
  }),
})
const handed = (changes: Partial<Handed> = {}): Partial<Giving> => ({
  handed: { isSame: true, isNewPastCaches: true, replay: saw('anonymous', 7), exchanges: [6, 7], ...changes },
})
const shared = { cacheControl: 'public, max-age=60' }

table(sharedCache, [
  { when: 'no answer to a GET gives it', says: 'pass', about: /a file of a page among them/ },
  { when: 'what gives it is not to be stored', evidence: giving({}), says: 'pass' },
  {
    when: 'nothing is said',
    evidence: giving({ cacheControl: null }),
    says: 'pass',
    about: /\/login leaves that to caches/,
  },
  { when: 'a visitor’s may be kept', evidence: giving(shared), says: 'fail', severity: 'medium' },
  {
    when: 'a user’s may be kept',
    evidence: giving({ ...shared, gives: 'user' }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'a user’s may be kept for who brings the same cookies',
    evidence: giving({ ...shared, gives: 'user', brought: true, vary: 'Accept, Cookie' }),
    says: 'pass',
  },
  {
    when: 'a visitor’s may be kept for all who bring none',
    evidence: giving({ ...shared, vary: 'Cookie' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'a CDN may keep what others may not',
    evidence: giving({ cacheControl: 'private', cdnCacheControl: 'max-age=60' }),
    says: 'fail',
    about: /CDN-Cache-Control: max-age=60/,
  },
  {
    when: 'a stranger was given the user’s',
    evidence: giving({ ...shared, gives: 'user', ...handed({ replay: saw('signed-in', 7) }) }),
    says: 'fail',
    severity: 'critical',
    about: /hands it out/,
  },
  {
    when: 'two were given one',
    evidence: giving({ ...shared, ...handed() }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'two were given one from a cache that was told nothing',
    evidence: giving({ cacheControl: null, ...handed() }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'two were given one, and the login keeps it',
    evidence: giving({ ...shared, ...handed() }, { loginKeepsIds: true }),
    says: 'fail',
    severity: 'critical',
  },
  {
    when: 'all are given one, past caches too',
    evidence: giving({ cacheControl: null, ...handed({ isNewPastCaches: false }) }),
    says: 'pass',
    about: /same for all visitors/,
  },
  {
    when: 'nothing was looked at',
    evidence: { sharedCache: gathered({ giving: [], looked: 0, fileAsked: false, loginKeepsIds: null }) },
    says: 'inconclusive',
  },
  {
    when: 'a header carries the session',
    evidence: { carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
])
