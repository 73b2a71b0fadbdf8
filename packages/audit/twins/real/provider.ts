import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { ACCOUNT, isAccount } from '../serve/account.ts'
import { readForm, redirect, sendHtml } from '../serve/requests.ts'

interface Grant {
  readonly clientId: string
  readonly redirectUri: string
  readonly nonce: string | null
  readonly challenge: string | null
}

/**
 * The single sign-on of sites that have none of their own: OpenID Connect with codes and PKCE, one user, and a form that
 * asks each time. It keeps no session, so that a site's sign-out need not reach it.
 */
export async function provider(issuer: () => string): Promise<RequestListener> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const published = { ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'RS256' }
  const grants = new Map<string, Grant>()

  const signed = (claims: JWTPayload, audience: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'JWT' })
      .setIssuer(issuer())
      .setSubject(ACCOUNT.username)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)

  async function ask(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'POST') return sendHtml(response, form(url.search))
    const given = await readForm(request)
    if (!isAccount(given.get('username'), given.get('password'))) {
      return sendHtml(response, form(url.search), 401)
    }
    const wanted = url.searchParams
    const code = randomBytes(24).toString('base64url')
    grants.set(code, {
      clientId: wanted.get('client_id') ?? '',
      redirectUri: wanted.get('redirect_uri') ?? '',
      nonce: wanted.get('nonce'),
      challenge: wanted.get('code_challenge'),
    })
    const answer = { code, state: wanted.get('state') ?? '' }
    const to = wanted.get('redirect_uri') ?? ''
    // As some ask for it: the answer in a form that posts itself, which a client without scripts has to send.
    if (wanted.get('response_mode') === 'form_post') return sendHtml(response, posting(to, answer))
    redirect(response, `${to}?${new URLSearchParams(answer)}`)
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await readForm(request)
    const code = given.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code)
    const proof = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    if (!grant || (grant.challenge !== null && grant.challenge !== proof)) {
      return sendJson(response, { error: 'invalid_grant' }, 400)
    }
    const claims = { name: ACCOUNT.name, sid: randomBytes(8).toString('hex') }
    sendJson(response, {
      access_token: randomBytes(24).toString('base64url'),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile email',
      id_token: await signed(
        { ...claims, ...(grant.nonce === null ? {} : { nonce: grant.nonce }) },
        grant.clientId,
      ),
    })
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', issuer())
    if (url.pathname === '/.well-known/openid-configuration') sendJson(response, metadata(issuer()))
    else if (url.pathname === '/jwks') sendJson(response, { keys: [published] })
    else if (url.pathname === '/authorize') void ask(request, response, url)
    else if (url.pathname === '/token') void exchange(request, response)
    else if (url.pathname === '/logout')
      redirect(response, url.searchParams.get('post_logout_redirect_uri') ?? '/')
    else sendHtml(response, '<p>Nothing is here.</p>', 404)
  }
}

function metadata(issuer: string): object {
  const base = issuer.replace(/\/$/, '')
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    end_session_endpoint: `${base}/logout`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
}

function form(query: string): string {
  const action = `/authorize${query}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<!doctype html><html lang="en"><title>Sign in</title><h1>One account for everything</h1>
<form method="post" action="${action}"><label>User name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label><button>Continue</button></form></html>`
}

function posting(to: string, values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  )
  return `<!doctype html><title>Back to the site</title><body onload="document.forms[0].submit()">
<form method="post" action="${to}">${fields.join('')}</form></body>`
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.end(JSON.stringify(value))
}
