import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { sameText } from '../../serve/account.ts'

export type SignedFormat = 'flask' | 'django' | 'rack' | 'laravel'

interface Signer {
  sign(data: string, secret: string): string
  /** Null for a value that was not made with this secret. */
  open(value: string, secret: string): string | null
  /** A secret that a framework's documentation, template or tutorials print. */
  readonly documented: string
  readonly random: () => string
}

const hex = () => randomBytes(32).toString('hex')
const base64url = (text: string) => Buffer.from(text).toString('base64url')

/** Data, a separator, and a signature of it. */
function signer(
  separator: string,
  encode: (data: string) => string,
  mac: (signed: string, secret: string) => string,
  documented: string,
): Signer {
  return {
    documented,
    random: hex,
    sign(data, secret) {
      const signed = encode(data)
      return `${signed}${separator}${mac(signed, secret)}`
    },
    open(value, secret) {
      const at = value.lastIndexOf(separator)
      const [signed, signature] = [value.slice(0, at), value.slice(at + separator.length)]
      if (at < 0 || !sameText(signature, mac(signed, secret))) return null
      return Buffer.from(signed.split(/[.:]/)[0] ?? '', 'base64').toString()
    },
  }
}

/** Seconds as itsdangerous (base64 of the number) and Django (base 62, here any six letters do) write them. */
const time = () => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000))
  return bytes.toString('base64url')
}

export const signers: Readonly<Record<SignedFormat, Signer>> = {
  flask: signer(
    '.',
    (data) => `${base64url(data)}.${time()}`,
    (signed, secret) => {
      const key = createHmac('sha1', secret).update('cookie-session').digest()
      return createHmac('sha1', key).update(signed).digest('base64url')
    },
    'dev',
  ),
  django: signer(
    ':',
    (data) => `${base64url(data)}:${time().replace(/[-_]/g, 'a')}`,
    (signed, secret) => {
      const salt = 'django.contrib.sessions.backends.signed_cookies'
      const key = createHash('sha256').update(`${salt}signer${secret}`).digest()
      return createHmac('sha256', key).update(signed).digest('base64url')
    },
    'secret-key',
  ),
  rack: signer(
    '--',
    (data) => Buffer.from(data).toString('base64'),
    (signed, secret) => createHmac('sha1', secret).update(signed).digest('hex'),
    'change_me',
  ),
  laravel: {
    documented: 'SomeRandomStringSomeRandomString',
    random: () => randomBytes(16).toString('hex'),
    sign(data, secret) {
      const iv = randomBytes(16)
      const cipher = createCipheriv('aes-256-cbc', secret, iv)
      const value = `${cipher.update(data, 'utf8', 'base64')}${cipher.final('base64')}`
      const sealed = {
        iv: iv.toString('base64'),
        value,
        mac: macOf(iv.toString('base64') + value, secret),
        tag: '',
      }
      return Buffer.from(JSON.stringify(sealed)).toString('base64')
    },
    open(sealed, secret) {
      try {
        const { iv, value, mac } = JSON.parse(Buffer.from(sealed, 'base64').toString())
        if (!sameText(mac, macOf(iv + value, secret))) return null
        const decipher = createDecipheriv('aes-256-cbc', secret, Buffer.from(iv, 'base64'))
        return decipher.update(value, 'base64', 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  },
}

function macOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}
