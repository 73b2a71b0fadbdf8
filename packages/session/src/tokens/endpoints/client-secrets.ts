import { hash, timingSafeEqual } from 'node:crypto'
import { SessionError } from '../../errors.ts'
import type { Asked } from './endpoint.ts'
import { EndpointError } from './endpoint-error.ts'

/** Secrets by name; several while one is replaced. Each of at least 32 characters, random. */
export type ClientSecrets = Readonly<Record<string, string | readonly string[]>>

/** Who calls, by secrets that are compared in constant time (ASVS 11.2.4). */
export interface Secrets {
  has(name: string): boolean
  isRight(name: string, secret: string): boolean
  /** The name that the secret is of; null for none. */
  nameOf(secret: string): string | null
}

const leastSecret = 32

/**
 * @param what the option, as people write it
 * @throws SessionError `config_invalid`
 */
export function createSecrets(what: string, secrets: ClientSecrets): Secrets {
  const all = Object.entries(secrets).flatMap(([name, one]) =>
    [one].flat().map((secret) => ({ name, digest: digestOf(what, name, secret) })),
  )
  const names = new Set(all.map(({ name }) => name))

  // Every one is looked at, whoever it is of: how long that takes says nothing.
  function matching(secret: string, name: string | null): string | null {
    const given = hash('sha256', secret, 'buffer')
    let found: string | null = null
    for (const each of all) {
      const isSame = timingSafeEqual(each.digest, given)
      if (isSame && (name === null || each.name === name)) found = each.name
    }
    return found
  }

  return {
    has: (name) => names.has(name),
    isRight: (name, secret) => matching(secret, name) !== null,
    nameOf: (secret) => matching(secret, null),
  }
}

function digestOf(what: string, name: string, secret: unknown): Buffer {
  if (typeof secret === 'string' && secret.length >= leastSecret) return hash('sha256', secret, 'buffer')
  throw new SessionError(
    'config_invalid',
    `${what}: the secret of ${JSON.stringify(name)} is shorter than ${leastSecret} characters, so that it can be guessed. ` +
      "Write randomBytes(32).toString('base64url'), once, and keep it.",
  )
}

/** Name and secret of `Authorization: Basic`, in the form that OAuth gives them (RFC 6749 section 2.3.1); null for none. */
export function basicOf(asked: Asked): { readonly name: string; readonly secret: string } | null {
  const [, text] = /^basic +([\w+/=-]+)$/i.exec(asked.header('authorization') ?? '') ?? []
  if (text === undefined) return null
  const pair = Buffer.from(text, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) return null
  const name = formDecoded(pair.slice(0, colon))
  const secret = formDecoded(pair.slice(colon + 1))
  return name === null || secret === null ? null : { name, secret }
}

function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** RFC 6749 section 5.2. */
export function invalidClient(why: string): EndpointError {
  return new EndpointError('invalid_client', why, 401, { 'www-authenticate': 'Basic realm="tokens"' })
}

/**
 * Which client asks. Those that have a secret must bring it; the others say who they are, which proves nothing, and is held
 * against what the token says.
 * @throws EndpointError 400, 401
 */
export function clientOf(asked: Asked, form: ReadonlyMap<string, string>, secrets: Secrets): string {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  // Another scheme is no secret of a client: many apps send their access token along with whatever they send.
  if (/^basic(?: |$)/i.test(asked.header('authorization') ?? '')) {
    const basic = basicOf(asked)
    if (!basic || !secrets.isRight(basic.name, basic.secret)) throw invalidClient('the credentials are wrong')
    if (secret !== undefined || (id !== undefined && id !== basic.name))
      throw new EndpointError('invalid_request', 'the client says twice who it is')
    return basic.name
  }
  if (id === undefined) throw new EndpointError('invalid_request', 'there is no parameter client_id')
  if (!secrets.has(id) && secret === undefined) return id
  if (secret === undefined || !secrets.isRight(id, secret)) throw invalidClient('the credentials are wrong')
  return id
}
