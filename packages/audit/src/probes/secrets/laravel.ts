import { createDecipheriv } from 'node:crypto'
import { parseJson } from '../../network/json.ts'
import { hmac, type Reader, sameBytes } from './format.ts'

/** Base64 of `{"iv", "value", "mac", "tag"}`: AES-CBC with an HMAC-SHA256, or AES-GCM with a tag. */
export const laravel: Reader = ({ value }) => {
  if (!/^eyJ[\w+/-]+={0,2}$/.test(value)) return null
  const sealed = parseJson(Buffer.from(value, 'base64').toString()) as Record<string, unknown> | undefined
  const [iv, data, mac, tag] = ['iv', 'value', 'mac', 'tag'].map((name) => String(sealed?.[name] ?? ''))
  if (!iv || !data || (!mac && !tag)) return null
  const wanted = Buffer.from(mac ?? '', 'hex')
  const opens = (key: Buffer): boolean =>
    mac ? sameBytes(hmac('sha256', key, `${iv}${data}`), wanted) : opensGcm(key, iv, data, tag ?? '')
  const ways = [
    ['as APP_KEY', (secret: string) => Buffer.from(secret)] as const,
    ['as APP_KEY in base64', (secret: string) => Buffer.from(secret, 'base64')] as const,
  ].map(([as, keyOf]) => ({
    as,
    fits: (secret: string) => {
      const key = keyOf(secret)
      return (key.length === 16 || key.length === 32) && opens(key)
    },
  }))
  return { format: 'laravel', holds: 'data', looksUp: true, ways }
}

function opensGcm(key: Buffer, iv: string, data: string, tag: string): boolean {
  try {
    const decipher = createDecipheriv(
      key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm',
      key,
      Buffer.from(iv, 'base64'),
    )
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    decipher.update(data, 'base64')
    decipher.final()
    return true
  } catch {
    return false
  }
}
