import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { KeySet } from './key-set.ts'
import { freshSeconds, publicJwks } from './public-jwks.ts'

export interface JwksOptions {
  /** How long a copy may be used (Cache-Control). Default '5m'. */
  readonly maxAge?: Duration | undefined
}

/** What has public keys. */
export interface PublishesKeys {
  /** @internal The keys that there are now. */
  keySet(): KeySet | Promise<KeySet>
  /** @internal Milliseconds since the epoch. */
  now(): number
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A route for the public keys, `/.well-known/jwks.json` for instance, which anybody may read. For fetch-standard servers.
 * @throws SessionError `config_invalid` for options that cannot be
 */
export function jwksRoute(
  keys: PublishesKeys,
  options?: JwksOptions,
): (request: Request) => Promise<Response> {
  const answer = createAnswer(keys, options)
  return async ({ method, headers }) => {
    const { status, headers: fields, body } = await answer(method, headers.get('if-none-match'))
    return new Response(body === '' ? null : body, { status, headers: fields })
  }
}

/** The same for node:http and Express. */
export function nodeJwksRoute(
  keys: PublishesKeys,
  options?: JwksOptions,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const answer = createAnswer(keys, options)
  return async ({ method = 'GET', headers }, res) => {
    const { status, headers: fields, body } = await answer(method, headers['if-none-match'] ?? null)
    res.writeHead(status, fields).end(body)
  }
}

function createAnswer(keys: PublishesKeys, options: JwksOptions = {}) {
  refuseUnknown('jwksRoute', options, { maxAge: true })
  if (typeof keys?.keySet !== 'function')
    throw new SessionError(
      'config_invalid',
      'jwksRoute needs what tokens({ issuer, keys }) has made. Write const issuing = tokens({ … }), jwksRoute(issuing).',
    )
  const longest = Math.max(1, Math.floor(parseDuration(options.maxAge ?? '5m', 'maxAge') / 1000))
  return async (method: string, known: string | null): Promise<Answer> => {
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, headers: { allow: 'GET, HEAD' }, body: '' }
    let set: KeySet
    try {
      set = await keys.keySet()
    } catch {
      return { status: 503, headers: { 'retry-after': '1', 'cache-control': 'no-store' }, body: '' }
    }
    const now = keys.now()
    const body = JSON.stringify(publicJwks(set, now))
    const etag = `"${hash('sha256', body, 'base64url')}"`
    const headers = {
      'cache-control': `public, max-age=${freshSeconds(set, now, longest)}`,
      etag,
      // Public keys: also for pages of other origins.
      'access-control-allow-origin': '*',
    }
    if (known !== null && isNamed(etag, known)) return { status: 304, headers, body: '' }
    const full = { ...headers, 'content-type': 'application/json' }
    return { status: 200, headers: full, body: method === 'HEAD' ? '' : body }
  }
}

/** By the weak comparison (RFC 9110 section 13.1.2). */
function isNamed(etag: string, ifNoneMatch: string): boolean {
  const named = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return named.includes(etag) || named.includes('*')
}
