import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { parseJson } from '../../network/json.ts'
import type { ProbeContext } from '../context.ts'
import type { Jws } from './jws.ts'

/** The key that the site's own tokens verify with, as it publishes it. */
export interface PublishedKey {
  readonly key: KeyObject
  /** The PEM of the certificate that comes along (x5c); null where none does. */
  readonly certificate: string | null
  readonly url: URL
}

/** Where key sets are by convention, and where OpenID Connect Discovery 1.0, 4 and RFC 8414 say where they are. */
const KEY_SET = '/.well-known/jwks.json'
const DISCOVERY = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/**
 * Finds the published key by which the token is signed: in what the site answered so far, else with at most four
 * requests to the site itself.
 */
export async function findPublicKey(context: ProbeContext, jws: Jws): Promise<PublishedKey | null> {
  const { http, oracle } = context
  for (const { url, body } of http.answers) {
    const found = body.includes('"keys"') ? keyIn(body, url, jws) : null
    if (found !== null) return found
  }
  const tried = new Set<string>()
  const ask = async (url: URL): Promise<string> => {
    if (!http.allows(url) || tried.has(url.href)) return ''
    tried.add(url.href)
    const { status, body } = await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS, script: true })
    return status === 200 ? body : ''
  }
  const usual = new URL(KEY_SET, oracle.url)
  const there = keyIn(await ask(usual), usual, jws)
  if (there !== null) return there
  for (const path of DISCOVERY) {
    const told = parseJson(await ask(new URL(path, oracle.url)))
    const named = isObject(told) && typeof told.jwks_uri === 'string' ? told.jwks_uri : ''
    if (!URL.canParse(named)) continue
    const url = new URL(named)
    return keyIn(await ask(url), url, jws)
  }
  return null
}

/** The key of a set that this token verifies with: no other is of any use. */
function keyIn(body: string, url: URL, jws: Jws): PublishedKey | null {
  const set = parseJson(body)
  const keys = isObject(set) && Array.isArray(set.keys) ? set.keys.filter(isObject) : []
  for (const jwk of keys) {
    const key = readKey(jwk)
    if (key === null || !isSignedBy(jws, key)) continue
    const [first] = Array.isArray(jwk.x5c) ? jwk.x5c : []
    return { key, url, certificate: typeof first === 'string' ? pem(first) : null }
  }
  return null
}

function readKey(jwk: Record<string, unknown>): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return null
  }
}

function isSignedBy({ alg, input, signature }: Jws, key: KeyObject): boolean {
  const bits = /\d{3}/.exec(alg)?.[0]
  const hash = key.asymmetricKeyType?.startsWith('ed') ? null : `sha${bits}`
  const more = alg.startsWith('PS') ? { padding: 6, saltLength: Number(bits) / 8 } : {}
  try {
    return verify(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...more }, signature)
  } catch {
    return false
  }
}

function pem(base64: string): string {
  const lines = base64.replace(/\s/g, '').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
