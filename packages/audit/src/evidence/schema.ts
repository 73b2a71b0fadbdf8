import { bulkRevokeShape } from './bulk-revoke.ts'
import { crossSiteRequestShape, logoutGetShape } from './cross-site.ts'
import { framingShape, referrerShape } from './documents.ts'
import { downgradeShape } from './downgrade.ts'
import type { Evidence } from './evidence.ts'
import { expectationsShape } from './expectations.ts'
import { idExposedShape } from './id-exposed.ts'
import { idPredictionShape } from './id-prediction.ts'
import { inFlightShape } from './in-flight.ts'
import { controlShape, exchangeShape, observationShape as observation, phaseShape } from './observation.ts'
import { OTHERS, othersShapes } from './others.ts'
import { flag, isObject, list, number, object, oneOf, optional, orNull, type Shape, text } from './shape.ts'
import { sharedCacheShape } from './shared-cache.ts'
import { streamsShape } from './streams.ts'
import { timeoutsShape } from './timeouts.ts'
import { signedCookiesShape, tokensShape } from './tokens.ts'
import { visitorShape } from './visitor.ts'

const controls = list(controlShape)
const replays = list(object({ set: list(text), afterMs: number, seen: observation }))
const looks = list(object({ name: text, seen: observation }))

const attributes = object({
  secure: flag,
  httpOnly: flag,
  sameSite: orNull(oneOf('Strict', 'Lax', 'None')),
  domain: orNull(text),
  path: orNull(text),
  partitioned: flag,
  lifetimeSeconds: orNull(number),
})

/** What a gathered value of each evidence must look like: the interfaces of evidence.ts, checked at run time. */
const values: Readonly<Record<keyof Evidence, Shape>> = {
  signIn: object({
    method: oneOf(
      ...(['form', 'json', 'urlencoded', 'basic', 'cookie'] as const),
      ...(['storage-state', 'recording', 'command', 'browser'] as const),
    ),
    account: optional(text),
    loginUrl: orNull(text),
    action: orNull(text),
    usernameField: orNull(text),
    passwordField: orNull(text),
    otherFields: list(text),
    confirmed: optional(list(text)),
    exchanges: list(number),
  }),
  oracle: object({
    protectedUrl: text,
    kind: oneOf('status', 'redirect', 'canary', 'marker', 'json-field'),
    describes: text,
    signedIn: list(observation),
    anonymous: list(observation),
    evictedBy: optional(number),
  }),
  carrier: object({
    candidates: list(text),
    withAll: observation,
    withNone: observation,
    dropOne: looks,
    onlyOne: looks,
    sets: list(list(text)),
    carriers: list(text),
    remembered: optional(list(text)),
    companions: optional(list(text)),
    substituted: optional(list(object({ name: text, by: oneOf('visitor', 'made-up'), seen: observation }))),
    secrets: optional(list(text)),
    renamed: optional(list(text)),
    ended: optional(list(object({ sent: list(text), exchange: number }))),
    headers: optional(list(object({ name: text, scheme: orNull(text) }))),
    controls,
  }),
  cookies: list(
    object({
      name: text,
      value: text,
      attributes,
      phase: phaseShape,
      exchange: number,
      domainIsPublicSuffix: flag,
      widerThanHost: flag,
      refusedByBrowsers: orNull(text),
    }),
  ),
  fixation: object({
    noneBeforeLogin: flag,
    trials: list(
      object({
        variant: oneOf('issued', 'chosen'),
        way: optional(oneOf('login page', 'start page', 'protected page')),
        keptUntilLogin: optional(flag),
        names: list(text),
        rotated: flag,
        replay: observation,
        controls,
      }),
    ),
  }),
  strictIds: object({
    trials: list(
      object({
        name: text,
        adoptedBy: orNull(oneOf('login', 'state', 'use', 'validation')),
        refused: flag,
        detail: text,
        exchanges: list(number),
        controls,
      }),
    ),
  }),
  logout: object({
    how: object({ method: text, url: text, found: text }),
    browserAfter: observation,
    replays,
    controls,
  }),
  logoutGet: logoutGetShape,
  inFlight: inFlightShape,
  streams: streamsShape,
  bulkRevoke: bulkRevokeShape,
  concurrentSessions: object({
    expected: orNull(number),
    logins: list(object({ browsers: list(observation) })),
    shared: number,
    refused: orNull(object({ exchange: number, status: number, live: number, worksAfterLogout: flag })),
    controls,
  }),
  crossSiteRequest: crossSiteRequestShape,
  idInUrl: object({
    seen: list(
      object({
        carrier: text,
        where: oneOf('request-url', 'redirect', 'link', 'form-action'),
        url: text,
        exchange: number,
      }),
    ),
    accepted: list(object({ carrier: text, form: text, seen: observation })),
    pagesSearched: number,
    formsTried: optional(number),
    untried: optional(list(list(text))),
  }),
  idShape: object({
    carriers: list(
      object({
        name: text,
        samples: number,
        length: number,
        format: text,
        selfContained: flag,
        nominalBits: number,
        constantCharacters: number,
        duplicates: number,
        sequence: orNull(text),
        prediction: optional(orNull(idPredictionShape)),
        shownBits: optional(number),
        guarded: optional(flag),
        beside: optional(list(text)),
      }),
    ),
  }),
  caching: object({
    pages: list(
      object({
        url: text,
        exchange: number,
        cacheControl: orNull(text),
        pragma: orNull(text),
        expires: orNull(text),
        age: orNull(text),
        vary: orNull(text),
        userSpecific: flag,
        servedToAnonymous: flag,
        givesSession: optional(flag),
      }),
    ),
  }),
  transport: object({
    hsts: orNull(text),
    plainHttp: orNull(oneOf('redirects-to-https', 'serves-content', 'refused')),
    loginPageHttps: orNull(flag),
    loginActionHttps: orNull(flag),
    exchanges: list(number),
  }),
  framework: object({
    name: orNull(text),
    defaultNames: list(object({ cookie: text, framework: text })),
    headers: list(text),
  }),
  reauthentication: object({
    how: orNull(object({ url: text, found: text, named: flag })),
    unavailable: orNull(text),
    alreadyShown: orNull(oneOf('fixation', 'logout')),
    rotated: flag,
    replays,
    controls,
  }),
  passwordChange: object({
    how: object({ method: text, url: text, found: text, fields: list(text) }),
    browserAfter: observation,
    rotated: flag,
    own: replays,
    others: orNull(replays),
    noOthers: orNull(text),
    choice: orNull(object({ field: text, preset: flag, taken: orNull(replays) })),
    offer: orNull(text),
    controls,
  }),
  tokens: tokensShape,
  signedCookies: signedCookiesShape,
  visitor: visitorShape,
  ...othersShapes,
  idExposed: idExposedShape,
  sharedCache: sharedCacheShape,
  downgrade: downgradeShape,
  framing: framingShape,
  referrer: referrerShape,
  timeouts: timeoutsShape,
}

/** Every member, in its usual order. */
export const EVIDENCE_NAMES = Object.keys(values) as readonly (keyof Evidence)[]

/** Members that files of this schema may lack, because the version that wrote them did not gather them. */
export const ADDED_LATER: readonly (keyof Evidence)[] = [
  'logoutGet',
  'inFlight',
  'streams',
  'bulkRevoke',
  'crossSiteRequest',
  'concurrentSessions',
  'reauthentication',
  'passwordChange',
  'visitor',
  'tokens',
  'signedCookies',
  ...OTHERS,
  'idExposed',
  'sharedCache',
  'downgrade',
  'framing',
  'referrer',
  'timeouts',
]

/** A whole evidence file, its `schema` aside. */
export const evidenceFileShape: Shape = object({
  tool: text,
  target: object({
    url: text,
    origin: text,
    https: flag,
    loopback: flag,
    insecure: flag,
    passive: flag,
    startedAt: text,
  }),
  evidence: object(
    Object.fromEntries(Object.entries(values).map(([name, shape]) => [name, gathered(shape)])),
  ),
  exchanges: list(exchangeShape),
  took: optional(object({ requests: number, logins: number, seconds: number, waitedSeconds: number })),
  expect: optional(expectationsShape),
})

function gathered(value: Shape): Shape {
  const there = object({ status: oneOf('gathered'), value })
  const missing = object({ status: oneOf('gathered', 'skipped', 'failed'), reason: text })
  return (found, at) => (isObject(found) && found.status === 'gathered' ? there : missing)(found, at)
}
