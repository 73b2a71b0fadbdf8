import { createDecipheriv, pbkdf2Sync } from 'node:crypto'
import { hmac, type Reader, sameBytes, type Way } from './format.ts'

/** ActiveSupport::KeyGenerator's rounds; the hash is SHA-256 since Rails 7.0. */
const ROUNDS = 1000
const HASHES = ['sha1', 'sha256'] as const
const RAILS = 'as secret_key_base of Rails'
const BASE64 = /^[\w+/-]+={0,2}$/

/** The secrets are always the same, so that another cookie costs no more rounds. */
const keys = new Map<string, Buffer>()

function keyOf(secret: string, salt: string, bytes: number, hash: string): Buffer {
  const name = `${hash} ${bytes} ${salt} ${secret}`
  const key = keys.get(name) ?? pbkdf2Sync(secret, salt, ROUNDS, bytes, hash)
  keys.set(name, key)
  return key
}

/** `<data>--<HMAC>` of Rack::Session::Cookie and of Rails' signed cookies. */
const signed: Reader = ({ value }) => {
  const [, data = '', signature = ''] = /^([\w+/=\s-]{8,}?)--([0-9a-f]{40}|[0-9a-f]{64})$/.exec(value) ?? []
  if (data === '') return null
  const hash = signature.length === 40 ? 'sha1' : 'sha256'
  const wanted = Buffer.from(signature, 'hex')
  const makes = (key: string | Buffer) => sameBytes(hmac(hash, key, data), wanted)
  const derived = [
    ['signed cookie', 'sha1'],
    ['signed cookie', 'sha256'],
    // AES-CBC of before Rails 5.2, when there was no other derivation.
    ['signed encrypted cookie', 'sha1'],
  ] as const
  const rails = derived.map(
    ([salt, derivation]): Way => ({
      as: RAILS,
      fits: (secret) => makes(keyOf(secret, salt, 64, derivation)),
    }),
  )
  return {
    format: 'rack',
    holds: 'data',
    looksUp: true,
    ways: [{ as: 'as the secret of Rack::Session::Cookie', fits: makes }, ...rails],
  }
}

/** `<data>--<IV>--<tag>` of Rails' encrypted cookies (AES-256-GCM). */
const encrypted: Reader = ({ value }) => {
  const parts = value.split('--')
  const [data, iv, tag] = parts.map((part) => Buffer.from(part, 'base64'))
  const isIt = parts.length === 3 && parts.every((part) => BASE64.test(part))
  if (!isIt || !data || iv?.length !== 12 || tag?.length !== 16) return null
  const opens = (key: Buffer): boolean => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(tag)
      decipher.update(data)
      decipher.final()
      return true
    } catch {
      return false
    }
  }
  const salt = 'authenticated encrypted cookie'
  const ways = HASHES.map(
    (hash): Way => ({
      as: RAILS,
      fits: (secret) => opens(keyOf(secret, salt, 32, hash)),
    }),
  )
  return { format: 'rails-encrypted', holds: 'data', looksUp: true, ways }
}

export const RUBY: readonly Reader[] = [encrypted, signed]
