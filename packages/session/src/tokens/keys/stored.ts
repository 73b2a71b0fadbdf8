import { SessionError } from '../../errors.ts'
import { loadJose } from './jose.ts'
import type { KeyDocument } from './key-set.ts'
import { type NewKeysOptions, newKeys, type RotateOptions, rotatedKeys } from './rotation.ts'
import { type KeySource, parsed } from './sources.ts'

/** Extension point: a place for one text, in a database for instance. */
export interface KeyStore {
  /** The text; null when there is none yet. */
  read(): Promise<string | null>
  /**
   * Replaces `before` by `text`, in one step: false, and nothing is written, where something else is there.
   * @param before what `read` gave; null to write the first
   */
  replace(before: string | null, text: string): Promise<boolean>
}

/** Keys in a store, which sees them encrypted. */
export interface StoredKeys extends KeySource {
  /** Makes keys where there are none; false where there are some. */
  make(options?: NewKeysOptions): Promise<boolean>
  /**
   * Rotates the keys (see `rotatedKeys`); false, and nothing has changed, where another process did so just then.
   * @throws SessionError `config_invalid` where there are none
   */
  rotate(options?: RotateOptions): Promise<boolean>
}

const keyBytes = 32

/**
 * Keys in a store, encrypted as JWE (RFC 7516: `dir`, A256GCM) under a key that the store does not have.
 * @param wrappingKey 32 random bytes, or their base64url: `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`
 * @throws SessionError `config_invalid`
 */
export function keysFromStore(
  store: KeyStore,
  { wrappingKey }: { readonly wrappingKey: Uint8Array | string },
): StoredKeys {
  const key = typeof wrappingKey === 'string' ? Buffer.from(wrappingKey, 'base64url') : wrappingKey
  if (!(key instanceof Uint8Array) || key.length !== keyBytes)
    throw new SessionError(
      'config_invalid',
      `keysFromStore needs a wrappingKey of ${keyBytes} random bytes, or their base64url, from outside the store.`,
    )

  async function wrapped(document: KeyDocument): Promise<string> {
    const { CompactEncrypt } = await loadJose('keysFromStore')
    const text = new TextEncoder().encode(JSON.stringify(document))
    return new CompactEncrypt(text).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key)
  }

  async function unwrapped(text: string): Promise<KeyDocument> {
    const { compactDecrypt } = await loadJose('keysFromStore')
    const accepted = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }
    const { plaintext } = await compactDecrypt(text, key, accepted).catch((cause) => {
      throw new Error('it does not open with this wrappingKey', { cause })
    })
    return parsed(new TextDecoder().decode(plaintext))
  }

  async function read(): Promise<[string, KeyDocument] | null> {
    const text = await store.read()
    return text === null ? null : [text, await unwrapped(text)]
  }

  return {
    name: 'the key store',
    changes: true,
    async read() {
      const found = await read()
      if (!found) throw new Error('there are no keys in it; call make() first')
      return found[1]
    },
    async make(options) {
      if ((await store.read()) !== null) return false
      return store.replace(null, await wrapped(await newKeys(options)))
    },
    async rotate(options) {
      const found = await read()
      if (!found) throw new SessionError('config_invalid', 'There are no keys to rotate. Call make() first.')
      const [before, document] = found
      const rotated = await rotatedKeys(document, options)
      return store.replace(before, await wrapped(rotated))
    },
  }
}
