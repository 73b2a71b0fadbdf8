import { Hono } from 'hono'
import { createSessions, memoryStore } from 'latchkey'
import {
  type AccessToken,
  createTokenGuard,
  expressGuard,
  fetchGuard,
  isTokenError,
  keysFromEnvironment,
  type TokenErrorCode,
  tokenRoute,
  tokens,
  type VerifiedToken,
} from 'latchkey/tokens'
import { honoGuard, type TokenVariables } from 'latchkey/tokens/hono'
import { same } from './same.ts'

interface Claims {
  role: 'user' | 'admin'
}
declare const claims: {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => { readonly value: Claims }
    readonly types?: { readonly input: Claims; readonly output: Claims }
  }
}
const keys = keysFromEnvironment()
const issuer = 'https://id.example.com'

export async function issuing() {
  const sessions = createSessions({
    store: memoryStore(),
    tokens: tokens({ issuer, keys, audiences: { api: {}, mail: {} }, claims }),
  })
  const session = await sessions.open({} as never)
  const issued = await session.accessToken({ audience: 'api', clientId: 'app', claims: { role: 'user' } })
  same<AccessToken, typeof issued>()
  // @ts-expect-error: no such audience
  await session.accessToken({ audience: 'print', clientId: 'app', claims: { role: 'user' } })
  // @ts-expect-error: the schema asks for a role
  await session.accessToken({ audience: 'api', clientId: 'app' })
  // @ts-expect-error: no such role
  await session.accessToken({ audience: 'api', clientId: 'app', claims: { role: 'root' } })
  tokenRoute(sessions)
}

export function guards() {
  const guard = createTokenGuard({
    issuer,
    audience: 'api',
    jwksUrl: `${issuer}/jwks`,
    revocations: 'offline',
    claims,
  })
  fetchGuard(guard, (_request, token) => {
    same<VerifiedToken<Claims>, typeof token>()
    return new Response(token.claims.role)
  })
  const token = expressGuard(guard)
  same<VerifiedToken<Claims>, ReturnType<typeof token>>()
  new Hono<{ Variables: TokenVariables<Claims> }>().use(honoGuard(guard)).get('/', (c) => {
    same<VerifiedToken<Claims>, typeof c.var.token>()
    return c.text('')
  })
  // @ts-expect-error: whether ended sessions count is said, not assumed
  createTokenGuard({ issuer, audience: 'api', keys })
}

export function errors(error: unknown): TokenErrorCode | null {
  // @ts-expect-error: no such code
  if (isTokenError(error) && error.code === 'token_gone') return null
  return isTokenError(error) ? error.code : null
}
