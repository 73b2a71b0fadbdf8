/** Evidence of a site that does everything right, and ways to change one thing about it. */
import type {
  CookieAttributes,
  Evidence,
  EvidenceFile,
  Exchange,
  Gathered,
  ObservedCookie,
  TargetEvidence,
} from '../src/evidence/evidence.ts'
import type { Control, Observation, State } from '../src/evidence/observation.ts'
import { goodRaces } from './in-flight-evidence.ts'
import { soundExposure } from './sample-exposure.ts'
import { goodOthers } from './sample-others.ts'
import { dead } from './sample-replay.ts'
import { soundTimeouts } from './sample-timeouts.ts'
import { soundCookie, soundToken } from './sample-token.ts'

export const https: TargetEvidence = {
  url: 'https://app.example.com/',
  origin: 'https://app.example.com',
  https: true,
  loopback: false,
  insecure: false,
  passive: false,
  startedAt: '2026-11-23T08:00:00.000Z',
}

export const loopbackHttp: TargetEvidence = {
  ...https,
  url: 'http://127.0.0.1:3000/',
  origin: 'http://127.0.0.1:3000',
  https: false,
  loopback: true,
}

export const publicHttp: TargetEvidence = {
  ...https,
  url: 'http://app.example.com/',
  origin: 'http://app.example.com',
  https: false,
}

export function gathered<T>(value: T): Gathered<T> {
  return { status: 'gathered', value }
}

export const saw = (state: State, exchange = 1): Observation => ({ state, exchange })

export const held: Control = {
  name: 'the session still works',
  expected: 'signed-in',
  seen: 'signed-in',
  held: true,
}

export const broken: Control = {
  name: 'a made-up ID signs in nobody',
  expected: 'anonymous',
  seen: 'signed-in',
  held: false,
}

export const goodAttributes: CookieAttributes = {
  secure: true,
  httpOnly: true,
  sameSite: 'Strict',
  domain: null,
  path: '/',
  partitioned: false,
  lifetimeSeconds: null,
}

/** A Set-Cookie of the login; `attributes` are changes to good ones. */
export function cookie(
  name: string,
  attributes: Partial<CookieAttributes> = {},
  rest: Partial<Omit<ObservedCookie, 'attributes'>> = {},
): ObservedCookie {
  return {
    name,
    value: 'aaaa1111',
    phase: 'login',
    exchange: 4,
    domainIsPublicSuffix: false,
    widerThanHost: false,
    refusedByBrowsers: null,
    ...rest,
    attributes: { ...goodAttributes, ...attributes },
  }
}

/** Carried by `names`, all needed together. */
export function carriedBy(
  ...names: readonly string[]
): Extract<Evidence['carrier'], { value: unknown }>['value'] {
  return {
    candidates: [...names, 'theme', 'csrf'],
    withAll: saw('signed-in', 5),
    withNone: saw('anonymous', 6),
    dropOne: names.map((name) => ({ name, seen: saw('anonymous', 7) })),
    onlyOne: names.map((name) => ({ name, seen: saw(names.length === 1 ? 'signed-in' : 'anonymous', 8) })),
    sets: [names],
    carriers: names,
    controls: [held],
  }
}

const [sid, login] = ['__Host-session', 'https://app.example.com/login'] as const

export const goodEvidence: Evidence = {
  signIn: gathered({
    method: 'form',
    loginUrl: login,
    action: login,
    usernameField: 'email',
    passwordField: 'password',
    otherFields: ['csrf'],
    exchanges: [3, 4],
  }),
  oracle: gathered({
    protectedUrl: 'https://app.example.com/me',
    kind: 'redirect',
    describes: '200 when signed in, 302 to /login when not',
    signedIn: [saw('signed-in', 5), saw('signed-in', 5), saw('signed-in', 5)],
    anonymous: [saw('anonymous', 6), saw('anonymous', 6), saw('anonymous', 6)],
  }),
  carrier: gathered(carriedBy(sid)),
  cookies: gathered([
    cookie(sid),
    cookie(
      'theme',
      { secure: false, httpOnly: false, sameSite: null, lifetimeSeconds: 1e8 },
      { phase: 'anonymous' },
    ),
    cookie('csrf', { httpOnly: false, sameSite: 'None' }),
  ]),
  fixation: gathered({
    noneBeforeLogin: true,
    trials: [
      { variant: 'chosen', names: [sid], rotated: true, replay: saw('anonymous', 9), controls: [held] },
    ],
  }),
  strictIds: gathered({
    trials: [{ name: sid, adoptedBy: null, refused: true, detail: '', exchanges: [9], controls: [held] }],
  }),
  logout: gathered({
    how: { method: 'POST', url: 'https://app.example.com/logout', found: 'a form on /me' },
    browserAfter: saw('anonymous', 10),
    replays: [
      { set: [sid], afterMs: 0, seen: saw('anonymous', 11) },
      { set: [sid], afterMs: 2000, seen: saw('anonymous', 12) },
    ],
    controls: [held],
  }),
  logoutGet: gathered({
    url: 'https://app.example.com/logout',
    found: 'a form on /me',
    trials: [{ by: 'link', attached: [], status: 405, exchange: 10, after: saw('signed-in', 11) }],
    ownPage: { exchange: 10, after: saw('signed-in', 11) },
    controls: [held],
  }),
  ...goodRaces,
  crossSiteRequest: gathered({
    action: {
      method: 'POST',
      url: 'https://app.example.com/nickname',
      fields: ['nickname'],
      readUrl: 'https://app.example.com/me',
      find: 'field:nickname',
    },
    trials: [
      {
        how: 'a form',
        method: 'POST',
        browsers: 'all',
        attached: [],
        withheld: [sid],
        status: 403,
        exchange: 12,
        readBack: 'unchanged',
        readExchange: 13,
      },
    ],
    controls: [held],
  }),
  concurrentSessions: gathered({
    expected: 2,
    logins: [
      { browsers: [saw('signed-in', 4)] },
      { browsers: [saw('signed-in', 5), saw('signed-in', 5)] },
      { browsers: [saw('anonymous', 6), saw('signed-in', 5), saw('signed-in', 5)] },
    ],
    shared: 0,
    refused: null,
    controls: [held],
  }),
  idInUrl: gathered({
    seen: [],
    accepted: [{ carrier: sid, form: `?${sid}=`, seen: saw('anonymous', 13) }],
    pagesSearched: 3,
  }),
  idShape: gathered({
    carriers: [
      {
        name: sid,
        ...{ samples: 8, length: 64, format: 'base64url', selfContained: false, nominalBits: 384 },
        ...{ constantCharacters: 0, duplicates: 0, sequence: null, prediction: null },
      },
    ],
  }),
  caching: gathered({
    pages: [
      {
        url: 'https://app.example.com/me',
        exchange: 5,
        cacheControl: 'no-store',
        pragma: null,
        expires: null,
        age: null,
        vary: 'Cookie',
        userSpecific: true,
        servedToAnonymous: false,
      },
    ],
  }),
  ...soundExposure,
  transport: gathered({
    hsts: 'max-age=31536000; includeSubDomains',
    plainHttp: 'redirects-to-https',
    loginPageHttps: true,
    loginActionHttps: true,
    exchanges: [3],
  }),
  framework: gathered({ name: 'latchkey', defaultNames: [], headers: [] }),
  reauthentication: gathered({
    how: { url: 'https://app.example.com/confirm', found: 'named by the user', named: true },
    unavailable: null,
    alreadyShown: null,
    rotated: true,
    replays: [dead(sid, 0, 11), dead(sid, 200, 12)],
    controls: [held],
  }),
  passwordChange: gathered({
    how: {
      method: 'POST',
      url: 'https://app.example.com/password',
      found: 'a form on /me',
      fields: ['current', 'new', 'again'],
    },
    browserAfter: saw('signed-in', 10),
    rotated: true,
    own: [dead(sid, 0, 11), dead(sid, 200, 12)],
    others: [dead(sid, 0, 11), dead(sid, 200, 12)],
    noOthers: null,
    choice: null,
    offer: null,
    controls: [held],
  }),
  ...goodOthers,
  tokens: gathered({ tokens: [soundToken] }),
  timeouts: gathered(soundTimeouts),
  signedCookies: gathered({ cookies: [soundCookie] }),
  visitor: gathered({
    page: null,
    cookies: [],
    hints: [],
    login: { page: login, action: login, method: 'POST', otherOrigin: false, exchange: 3 },
  }),
}

/** Exchanges 1 to 13, as the evidence above names them. */
export const exchanges: readonly Exchange[] = Array.from({ length: 13 }, (_, at) => ({
  id: at + 1,
  phase: at < 3 ? 'anonymous' : at < 5 ? 'login' : 'replay',
  method: at === 3 ? 'POST' : 'GET',
  url: 'https://app.example.com/me',
  status: at === 3 ? 303 : 200,
  location: at === 3 ? '/me' : null,
  sentCookies: { [sid]: 'aaaa1111' },
  setCookies: [],
  curl: `curl -i 'https://app.example.com/me' -H 'Cookie: ${sid}=<${sid}:aaaa1111>' # ${at + 1}`,
}))

export function fileOf(changes: Partial<Evidence> = {}, target: TargetEvidence = https): EvidenceFile {
  return {
    schema: 'latchkey-evidence/1',
    tool: '@latchkey/audit 0.1.0',
    target,
    evidence: { ...goodEvidence, ...changes },
    exchanges,
  }
}
