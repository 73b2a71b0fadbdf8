import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { unreadable } from '../record/values/unreadable.ts'

// A value that is sealed starts with what no JSON text does, so that each says of itself whether it is.
const mark = '~1'
const cipher = 'aes-256-gcm'
const keyBytes = 32
// NIST SP 800-38D section 8.2.2: 96 random bits are good for 2^32 values under one key. A key is one session's.
const nonceBytes = 12
const tagBytes = 16

/** Whether a stored value is sealed; else it is JSON. */
export function isSealedText(text: string): boolean {
  return text.startsWith(mark)
}

/**
 * What locks and opens the values of one session: its data key, which is in the memory of one request and nowhere else.
 * The store has it only wrapped, under keys that are derived from the secrets which open the session.
 */
export class Seal {
  readonly #sid: string
  // An object of its own: raw bytes would be imported again for every value, which costs three times as much.
  readonly #key: KeyObject

  private constructor(sid: string, key: Uint8Array) {
    this.#sid = sid
    this.#key = createSecretKey(key)
  }

  /** The seal of a new session, or of one that had none. */
  static mint(sid: string): Seal {
    return new Seal(sid, randomBytes(keyBytes))
  }

  /** The seal that was wrapped for a secret; null when the secret or the session is another, or the text was changed. */
  static unwrap(sid: string, secret: string, wrapped: string): Seal | null {
    const key = decrypt(wrappingKey(sid, secret), wrapped, `key ${sid}`)
    return key && new Seal(sid, key)
  }

  /** The data key as the store may keep it. Only who has the secret can unwrap it. */
  wrapFor(secret: string): string {
    return encrypt(wrappingKey(this.#sid, secret), this.#key.export(), `key ${this.#sid}`)
  }

  /** A value's text as the store may keep it, good under this key of this session alone. */
  close(key: string, text: string): string {
    return encrypt(this.#key, Buffer.from(text), this.#place(key))
  }

  /** @throws SessionError `data_unreadable` unless this very text was closed for this key of this session */
  open(key: string, sealed: string): string {
    const text = decrypt(this.#key, sealed, this.#place(key))
    if (text === null) throw unreadable(`the seal of ${JSON.stringify(key)} is broken`)
    return text.toString()
  }

  #place(key: string): string {
    return ['value', this.#sid, key].join(' ')
  }
}

// RFC 5869. The secret is 264 random bits; the sid as salt binds the result to this session.
function wrappingKey(sid: string, secret: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', secret, sid, 'latchkey sealed key', keyBytes)))
}

function encrypt(key: KeyObject, plain: Uint8Array, bound: string): string {
  const nonce = randomBytes(nonceBytes)
  const encrypting = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(
    Buffer.from(bound),
  )
  const parts = [nonce, encrypting.update(plain), encrypting.final(), encrypting.getAuthTag()]
  return mark + Buffer.concat(parts).toString('base64url')
}

/** Null for whatever was not encrypted with this key and bound to this. */
function decrypt(key: KeyObject, sealed: string, bound: string): Buffer | null {
  const bytes = Buffer.from(sealed.slice(mark.length), 'base64url')
  if (!isSealedText(sealed) || bytes.length < nonceBytes + tagBytes) return null
  const nonce = bytes.subarray(0, nonceBytes)
  const decrypting = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  decrypting.setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decrypting.update(bytes.subarray(nonceBytes, -tagBytes)), decrypting.final()])
  } catch {
    return null
  }
}
