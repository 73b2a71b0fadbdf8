import { table } from '../../test/check-table.ts'
import { carriedBy, gathered, https, saw } from '../../test/sample-evidence.ts'
import type { CarrierEvidence, IdExposedEvidence } from '../evidence/evidence.ts'
import { idExposed } from './id-exposed.ts'

type Place = IdExposedEvidence['seen'][number]

const place = (changes: Partial<Place> = {}): Place => ({
  ...{
    carrier: '__Host-session',
    where: 'page',
    name: null,
    form: 'value',
    url: 'https://app.example.com/me',
  },
  ...{ exchange: 5, mayBeShared: false, isProved: true, replay: null },
  ...changes,
})
const evidence = (seen: readonly Place[], changes: Partial<IdExposedEvidence> = {}) => ({
  idExposed: gathered({ seen, answersSearched: 9, searched: ['__Host-session'], unsearched: [], ...changes }),
})
const entry: Partial<Place> = {
  ...{
    where: 'local-storage',
    name: 'visit',
    exchange: null,
    value: '0011aabb',
    bearer: saw('anonymous', 9),
  },
}
const storage = { read: ['local-storage'], entries: 3, tokens: [] } as const
const carrier = (changes: Partial<CarrierEvidence>) => ({
  carrier: gathered({ ...carriedBy('__Host-session'), ...changes }),
})
const parts = carriedBy('id', 'sig')
const half = evidence([place({ carrier: 'id' })], { searched: ['id', 'sig'] })

table(idExposed, [
  { when: 'it is nowhere', says: 'pass', about: /in none of 12 answers/ },
  {
    when: 'a page has it',
    evidence: evidence([place()]),
    says: 'fail',
    severity: 'medium',
    about: /the source of the page/,
  },
  {
    when: 'a header has it in base64',
    evidence: evidence([place({ where: 'header', name: 'x-visit', form: 'base64' })]),
    says: 'fail',
    severity: 'medium',
    about: /in base64.*the header x-visit/,
  },
  {
    when: 'a page keeps it in the local storage',
    evidence: evidence([place(entry)], { storage }),
    says: 'fail',
    severity: 'medium',
    about: /the entry visit of the local storage \(SHA-256 0011aabb…\).*when the browser is closed/,
  },
  {
    when: 'a page keeps it in the session storage',
    evidence: evidence([place({ ...entry, where: 'session-storage' })], { storage }),
    says: 'fail',
    about: /the session storage \(SHA-256 0011aabb…\): HttpOnly does not keep it from scripts there\.$/m,
  },
  {
    when: 'a page keeps it, and a header takes it too',
    evidence: evidence([place({ ...entry, bearer: saw('signed-in', 9) }), place()], { storage }),
    says: 'skipped',
    about: /given for its header/,
  },
  {
    when: 'a page keeps it, and whether a header takes it is not clear',
    evidence: evidence([place({ ...entry, bearer: saw('unclear', 9) })], { storage }),
    says: 'inconclusive',
    about: /in a header was not clear/,
  },
  {
    when: 'the storage was read, and it is not there',
    evidence: evidence([], { storage: { ...storage, read: ['local-storage', 'session-storage'] } }),
    says: 'pass',
    about: /nor in the local storage and session storage \(entries: 3\)/,
  },
  {
    when: 'the storage was read, and nothing is in it',
    evidence: evidence([], { storage: { ...storage, entries: 0 } }),
    says: 'pass',
    about: /and nothing was in the local storage/,
  },
  {
    when: 'the storage was not read',
    says: 'pass',
    about: /storage was not read: --browser/,
  },
  {
    when: 'the answer may be kept for others',
    evidence: evidence([place({ mayBeShared: true })]),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'only the login’s answer has it',
    evidence: evidence([place({ where: 'login-answer' })]),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'what was found signs in',
    evidence: evidence([place({ isProved: false, replay: saw('signed-in', 8) })]),
    says: 'fail',
  },
  {
    when: 'it belonged to a session that ended',
    evidence: evidence([place({ isProved: false, replay: saw('anonymous', 8) })]),
    says: 'inconclusive',
    about: /had ended/,
  },
  {
    when: 'what was found could not be sent',
    evidence: evidence([place({ isProved: false })]),
    says: 'inconclusive',
  },
  {
    when: 'the ID without its signature signs in',
    evidence: evidence([place({ form: 'id', isProved: false, replay: saw('signed-in', 8) })]),
    says: 'fail',
    about: /without its signature, which signs in as well/,
  },
  {
    when: 'the ID without its signature signs in nobody',
    evidence: evidence([place({ form: 'id', isProved: false, replay: saw('anonymous', 8) })]),
    says: 'pass',
    about: /without its signature, and signs in nobody/,
  },
  {
    when: 'the ID without its signature gave an unclear answer',
    evidence: evidence([place({ form: 'id', isProved: false, replay: saw('unclear', 8) })]),
    says: 'inconclusive',
  },
  {
    when: 'its value is too short to be looked for',
    evidence: evidence([], { searched: [], unsearched: ['__Host-session'] }),
    says: 'inconclusive',
    about: /too short/,
  },
  {
    when: 'it is what a script is given for its header',
    evidence: evidence([], { searched: [] }),
    says: 'skipped',
  },
  {
    when: 'one of two that only work together is shown, and the other is a secret',
    evidence: { ...half, carrier: gathered({ ...parts, secrets: ['sig'] }) },
    says: 'pass',
    about: /id is shown, and opens nothing without the others/,
  },
  {
    when: 'one of two is shown, and the other may be none',
    evidence: { ...half, carrier: gathered(parts) },
    says: 'inconclusive',
  },
  {
    when: 'both of two are shown',
    evidence: {
      ...evidence([place({ carrier: 'id' }), place({ carrier: 'sig' })], { searched: ['id', 'sig'] }),
      carrier: gathered({ ...parts, secrets: ['sig'] }),
    },
    says: 'fail',
    findings: 2,
  },
  {
    when: 'a header carries the session',
    evidence: carrier({ carriers: ['Authorization'], sets: [['Authorization']] }),
    says: 'skipped',
  },
  {
    when: 'a header carries the session, and a page keeps its token',
    evidence: {
      ...carrier({ carriers: ['Authorization'], sets: [['Authorization']] }),
      ...evidence([], {
        storage: {
          ...storage,
          tokens: [{ carrier: 'Authorization', where: 'local-storage', name: 'auth' }],
        },
      }),
    },
    says: 'skipped',
    about: /kept in the entry auth of the local storage, where any script/,
  },
  {
    when: 'what carries the session is not certain',
    evidence: carrier({ withAll: saw('anonymous') }),
    says: 'inconclusive',
  },
  {
    when: 'a visitor’s session is in a page',
    evidence: evidence([place()]),
    target: { ...https, passive: true },
    says: 'fail',
    about: /a visitor’s session/,
  },
])
