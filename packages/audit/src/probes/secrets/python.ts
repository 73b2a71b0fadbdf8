import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { contentOf, dataOf, hmac, type Reader, sameBytes, type Way } from './format.ts'

const MOST_INFLATED = 65_536

/** `<data>.<time>.<HMAC-SHA1>` of itsdangerous (Flask, Starlette), and `<ID>.<HMAC-SHA1>` (Flask-Session). */
const itsdangerous: Reader = ({ value }) => {
  const [, signed = '', signature = ''] = /^(.+)\.([\w-]{27})$/.exec(value) ?? []
  if (signed === '') return null
  const [, data = signed, time] = /^(.+)\.([\w-]{5,8})$/.exec(signed) ?? []
  const wanted = Buffer.from(signature, 'base64url')
  const way = (as: string, derive: (secret: string) => Buffer): Way => ({
    as,
    fits: (secret) => sameBytes(hmac('sha1', derive(secret), signed), wanted),
  })
  return {
    format: 'itsdangerous',
    ...(time === undefined ? contentOf(data) : dataOf(unpacked(data))),
    ways: [
      way('as Flask’s SECRET_KEY', (secret) => hmac('sha1', secret, 'cookie-session')),
      way('as the secret of Starlette', (secret) => concatenated('sha1', 'itsdangerous.Signer', secret)),
      way('as the secret of Flask-Session', (secret) => hmac('sha1', secret, 'flask-session')),
    ],
  }
}

/** `<user>|<HMAC-SHA512>` of Flask-Login's remember-me. */
const flaskLogin: Reader = ({ value }) => {
  const [, user = '', signature = ''] = /^(.+)\|([0-9a-f]{128})$/.exec(value) ?? []
  if (user === '') return null
  const wanted = Buffer.from(signature, 'hex')
  const fits = (secret: string) => sameBytes(hmac('sha512', secret, user), wanted)
  return { format: 'flask-login', ...contentOf(user), ways: [{ as: 'as Flask’s SECRET_KEY', fits }] }
}

/** `<data>:<time>:<HMAC>` of django.core.signing: signed-cookie sessions, messages, `set_signed_cookie`. */
const django: Reader = ({ name, value }) => {
  const [, signed = '', data = '', signature = ''] =
    /^((.*):[0-9A-Za-z]{5,8}):([\w-]{27}|[\w-]{43})$/s.exec(value) ?? []
  if (signed === '') return null
  const hash = signature.length === 27 ? 'sha1' : 'sha256'
  const wanted = Buffer.from(signature, 'base64url')
  const way = (salt: string, prefix: string): Way => ({
    as: 'as Django’s SECRET_KEY',
    fits: (secret) => sameBytes(hmac(hash, concatenated(hash, salt, `${prefix}${secret}`), signed), wanted),
  })
  return {
    format: 'django',
    ...dataOf(unpacked(data)),
    ways: [
      way('django.contrib.sessions.backends.signed_cookies', ''),
      way('django.contrib.messages', 'django.http.cookies'),
      way(name, 'django.http.cookies'),
    ],
  }
}

/** Both name the derivation after Django: the hash of the salt, the word `signer` and the secret. */
function concatenated(hash: string, salt: string, secret: string): Buffer {
  return createHash(hash).update(`${salt}signer${secret}`).digest()
}

/** A leading dot says that the data is compressed. */
function unpacked(data: string): string {
  if (!data.startsWith('.')) return Buffer.from(data, 'base64').toString()
  try {
    const packed = Buffer.from(data.slice(1), 'base64')
    return inflateSync(packed, { maxOutputLength: MOST_INFLATED }).toString()
  } catch {
    return data
  }
}

export const PYTHON: readonly Reader[] = [django, flaskLogin, itsdangerous]
