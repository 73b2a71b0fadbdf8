import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** A text that is read only with its key, and only for whom it was sealed. */
export interface Sealed {
  readonly sealed: string
  readonly key: string
}

/** @param holder for whom it is, which has to be said again to open it */
export function seal(text: string, holder: string): Sealed {
  const key = randomBytes(32)
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(holder))
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return { sealed: Buffer.concat(parts).toString('base64url'), key: key.toString('base64url') }
}

/** Null for another key, another holder, and what was changed. */
export function unseal({ sealed, key }: Sealed, holder: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  const secret = Buffer.from(key, 'base64url')
  if (secret.length !== 32 || bytes.length < ivBytes + tagBytes) return null
  const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(holder)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
