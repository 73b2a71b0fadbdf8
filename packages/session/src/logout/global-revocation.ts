import { endSessionsOf } from '../ending/revocation.ts'
import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { SessionContext } from '../request/context.ts'
import { type ClientSecrets, createSecrets } from '../tokens/endpoints/client-secrets.ts'
import {
  type Asked,
  type Endpoint,
  type FetchRoute,
  fetchRoute,
  type NodeRoute,
  nodeRoute,
} from '../tokens/endpoints/endpoint.ts'
import { bodyText, callerOf } from './callers.ts'
import { leave } from './leaving.ts'
import { type LogoutProvider, refuseInvalidProviders } from './providers.ts'
import { contextOf, createReceiver, type OutsideSessions } from './receiver.ts'
import { Refused } from './refused.ts'
import type { UserOf } from './signals.ts'
import { createVerifySigned } from './signed-token.ts'
import { identifierOf, isObject, isText, type SubjectIdentifier } from './subject.ts'

export interface GlobalRevocationOptions {
  /** Who may call by a token that it signs (type `global-token-revocation+jwt`), each of its own subjects. */
  readonly providers?: readonly LogoutProvider[] | undefined
  /** Who may call by a secret (`Authorization: Bearer`): a tool of the security team, of any subject. */
  readonly callers?: ClientSecrets | undefined
  /** For subjects that are no `iss_sub`. Default: nobody is known by another name. */
  readonly userOf?: UserOf | undefined
}

/** Seconds. */
const [clockSkew, maxAge] = [60, 300]

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation): ends all sessions of a user, and refuses sign-ins that
 * are under way. For fetch-standard servers.
 * @throws SessionError `config_invalid`
 */
export function globalRevocationRoute(
  sessions: OutsideSessions,
  options: GlobalRevocationOptions,
): FetchRoute {
  return fetchRoute(globalRevocationEndpoint(sessions, options))
}

/** The same for node:http and Express: before what reads bodies. */
export function nodeGlobalRevocationRoute(
  sessions: OutsideSessions,
  options: GlobalRevocationOptions,
): NodeRoute {
  return nodeRoute(globalRevocationEndpoint(sessions, options))
}

function globalRevocationEndpoint(sessions: OutsideSessions, options: GlobalRevocationOptions): Endpoint {
  refuseUnknown('globalRevocationRoute', options, { providers: true, callers: true, userOf: true })
  const context = contextOf('globalRevocationRoute', sessions)
  const issuerOf = createIssuerOf(context, options)
  const style = {
    status: 204,
    refusal: ({ message }: Refused) => ({ error: 'invalid_request', error_description: message }),
  }
  return createReceiver(sessions, context, style, async (asked) => {
    const issuer = await issuerOf(asked)
    const subject = subjectOf(await bodyText(asked, 'application/json'))
    if (subject.format === 'iss_sub') {
      if (issuer !== null && subject.iss !== issuer)
        throw new Refused('access_denied', 'the subject is of another issuer', 403)
      await leave(context, { issuer: String(subject.iss), subject: String(subject.sub) }, context.now())
      return
    }
    const userId = (await options.userOf?.(subject)) ?? null
    if (userId === null) throw new Refused('invalid_request', 'nobody is known by that name', 404)
    await endSessionsOf(context, userId, 'provider')
  })
}

/** Whose subjects the caller may name; null for everybody's. */
function createIssuerOf(
  context: SessionContext,
  { providers, callers }: GlobalRevocationOptions,
): (asked: Asked) => Promise<string | null> {
  if (!providers && !callers)
    throw new SessionError(
      'config_invalid',
      'globalRevocationRoute: nobody may call. Write callers: { soc: secret } or providers: […].',
    )
  if (providers) refuseInvalidProviders('globalRevocationRoute', providers)
  const secrets = callers && createSecrets('globalRevocationRoute.callers', callers)
  const verify = providers && createVerifySigned(providers, context.now)
  const rules = {
    typ: 'global-token-revocation+jwt',
    requiredClaims: ['iat', 'exp', 'jti'],
    maxTokenAge: maxAge,
    clockTolerance: clockSkew,
  }
  return async (asked) => {
    const bearer = callerOf(asked)
    if (secrets && secrets.nameOf(bearer) !== null) return null
    if (!verify) throw unknownCaller()
    try {
      return (await verify(bearer, rules)).provider.issuer
    } catch (error) {
      throw error instanceof Refused ? unknownCaller() : error
    }
  }
}

function unknownCaller(): Refused {
  return new Refused('authentication_failed', 'only callers that are known may say so', 401)
}

function subjectOf(text: string): SubjectIdentifier {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new Refused('invalid_request', 'the body is not JSON')
  }
  const subject = identifierOf(isObject(body) ? body.sub_id : undefined)
  if (subject.format === 'email' && !isText(subject.email))
    throw new Refused('invalid_request', 'the subject is not as its format has it')
  return subject
}
