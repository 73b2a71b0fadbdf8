import { pbkdf2Sync } from 'node:crypto'
import {
  contentOf,
  dataOf,
  type GivenCookie,
  hmac,
  type Reader,
  type SignedValue,
  sameBytes,
} from './format.ts'

const text = 'as text'

/** `s:<value>.<HMAC-SHA256>` of cookie-signature (express-session, cookie-parser). */
const express: Reader = ({ value }) =>
  value.startsWith('s:') ? withHmac('express-signed', value.slice(2), /^[\w+/]{43}$/) : null

/** `<value>.<HMAC-SHA256>` of @fastify/cookie, Hono and Better Auth. */
const bare: Reader = ({ value }) => withHmac('signed-value', value, /^[\w+/]{43}=?$/)

function withHmac(format: string, value: string, looks: RegExp): SignedValue | null {
  const dot = value.lastIndexOf('.')
  const [signed, signature] = [value.slice(0, dot), value.slice(dot + 1)]
  if (dot < 1 || !looks.test(signature)) return null
  const wanted = Buffer.from(signature, 'base64')
  const content = signed.startsWith('j:') ? dataOf(signed.slice(2)) : contentOf(signed)
  return {
    format,
    ...content,
    ways: [{ as: text, fits: (secret) => sameBytes(hmac('sha256', secret, signed), wanted) }],
  }
}

/** `<name>.sig` of Keygrip beside the cookie itself (cookie-session, Koa's cookies). */
const keygrip: Reader = ({ name, raw, beside }) => {
  const signature = beside(`${name}.sig`)
  const hash = signature?.length === 27 ? 'sha1' : signature?.length === 43 ? 'sha256' : null
  if (signature === undefined || hash === null) return null
  const wanted = Buffer.from(signature, 'base64url')
  return {
    format: 'keygrip',
    ...contentOf(raw),
    ways: [{ as: text, fits: (secret) => sameBytes(hmac(hash, secret, `${name}=${raw}`), wanted) }],
  }
}

/** `Fe26.2*…` of iron (iron-session, hapi): the last part is an HMAC under a key made of the password. */
const iron: Reader = ({ value }) => {
  const parts = value.replace(/~\d$/, '').split('*')
  const [prefix, , , , , , salt = '', seal = ''] = parts
  if (prefix !== 'Fe26.2' || parts.length !== 8) return null
  const signed = parts.slice(0, 6).join('*')
  const wanted = Buffer.from(seal, 'base64url')
  const fits = (secret: string) =>
    secret.length >= 32 && sameBytes(hmac('sha256', pbkdf2Sync(secret, salt, 1, 32, 'sha1'), signed), wanted)
  return { format: 'iron', holds: 'data', looksUp: true, ways: [{ as: text, fits }] }
}

export const JAVASCRIPT: readonly ((cookie: GivenCookie) => SignedValue | null)[] = [
  express,
  keygrip,
  iron,
  bare,
]
