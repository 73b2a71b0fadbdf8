import { refuseUnknown } from '../known-options.ts'
import { type Duration, parseDuration } from '../policies/duration.ts'
import { isStorable } from '../record/values/stored-text.ts'
import {
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from '../tokens/endpoints/endpoint.ts'
import { needed, readForm } from '../tokens/endpoints/form.ts'
import { leave } from './leaving.ts'
import { type LogoutProvider, refuseInvalidProviders } from './providers.ts'
import { contextOf, createReceiver, type OutsideSessions } from './receiver.ts'
import { Refused } from './refused.ts'
import { markSeen, wasSeen } from './seen.ts'
import { createVerifySigned, type SignedToken } from './signed-token.ts'

export interface BackChannelOptions {
  readonly providers: readonly LogoutProvider[]
  /** How old a logout token may be (claim `iat`). Default '5m'. */
  readonly maxAge?: Duration | undefined
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** Seconds that the clocks of a provider and ours may be apart. */
const clockSkew = 60

const longest = 2048

/**
 * The back-channel logout endpoint (OpenID Connect Back-Channel Logout 1.0): what ends at the provider ends here, without the
 * browser. It is the `backchannel_logout_uri` of this application there. For fetch-standard servers.
 * @throws SessionError `config_invalid`
 */
export function backChannelLogoutRoute(sessions: OutsideSessions, options: BackChannelOptions): FetchRoute {
  return fetchRoute(backChannelEndpoint(sessions, options))
}

/** The same for node:http and Express: before what reads bodies. */
export function nodeBackChannelLogoutRoute(
  sessions: OutsideSessions,
  options: BackChannelOptions,
): NodeRoute {
  return nodeRoute(backChannelEndpoint(sessions, options))
}

function backChannelEndpoint(sessions: OutsideSessions, options: BackChannelOptions): Endpoint {
  refuseUnknown('backChannelLogoutRoute', options, { providers: true, maxAge: true })
  const context = contextOf('backChannelLogoutRoute', sessions)
  refuseInvalidProviders('backChannelLogoutRoute', options.providers)
  const maxAge = parseDuration(options.maxAge ?? '5m', 'maxAge')
  const verify = createVerifySigned(options.providers, context.now)
  const rules = {
    requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
    maxTokenAge: maxAge / 1000,
    clockTolerance: clockSkew,
  }
  const style = {
    status: 200,
    // RFC 6749 section 5.2, by the words of Back-Channel Logout section 2.8.
    refusal: ({ message }: Refused) => ({ error: 'invalid_request', error_description: message }),
  }

  return createReceiver(sessions, context, style, async (asked) => {
    const text = needed(await readForm(asked), 'logout_token')
    const { issuer, id, subject, sid, issuedAt } = logoutOf(await verify(text, rules))
    const name = { issuer, id }
    if (await wasSeen(context, name)) throw seenBefore()
    await leave(context, { issuer, subject, sid }, issuedAt)
    const until = issuedAt + maxAge + 2 * clockSkew * 1000
    if (!(await markSeen(context, name, until))) throw seenBefore()
  })
}

/** What a logout token says, once its signature and times are good (section 2.6). */
function logoutOf({ provider, claims, type }: SignedToken) {
  // Providers of before the final text say JWT, or nothing.
  if (type !== null && type !== 'logout+jwt' && type !== 'jwt')
    throw invalid('the token is of another type (typ)')
  const audiences = [provider.audience].flat()
  if (![claims.aud].flat().every((each) => audiences.includes(each ?? '')))
    throw new Refused('invalid_audience', 'the token is for somebody else as well')
  const { events, sub, sid, jti, iat = 0 } = claims
  if ('nonce' in claims) throw invalid('there is a nonce')
  if (!isObject(events) || !Object.hasOwn(events, logoutEvent) || !isObject(events[logoutEvent]))
    throw invalid('the claim events says of no logout')
  if (sub === undefined && sid === undefined) throw invalid('there is neither sub nor sid')
  return {
    issuer: provider.issuer,
    id: textOf('jti', jti),
    subject: sub === undefined ? undefined : textOf('sub', sub),
    sid: sid === undefined ? undefined : textOf('sid', sid),
    issuedAt: Math.floor(iat) * 1000,
  }
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest && isStorable(value)) return value
  throw invalid(`the claim ${name} is not a text`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(why: string): Refused {
  return new Refused('invalid_request', why)
}

function seenBefore(): Refused {
  return new Refused('invalid_request', 'the token was used before')
}
