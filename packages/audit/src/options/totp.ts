import { createHmac } from 'node:crypto'

/** Seconds that a code is good for, and its digits: what authenticator apps assume (RFC 6238, 4). */
const STEP = 30
const DIGITS = 6
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What makes one-time codes. */
export interface Totp {
  readonly key: Buffer
  readonly seconds: number
  readonly digits: number
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
}

/** Reads a secret in base32, spaces allowed, or the `otpauth://totp/` address of a QR code; null for neither. */
export function readTotp(secret: string): Totp | null {
  const text = secret.trim()
  const usual = { seconds: STEP, digits: DIGITS, algorithm: 'sha1' as const }
  if (!/^otpauth:/i.test(text)) {
    const key = fromBase32(text)
    return key && { ...usual, key }
  }
  const url = URL.parse(text)
  const get = (name: string): string | null => url?.searchParams.get(name) ?? null
  const key = fromBase32(get('secret') ?? '')
  const algorithm = (get('algorithm') ?? 'SHA1').toLowerCase()
  const [seconds, digits] = [Number(get('period') ?? STEP), Number(get('digits') ?? DIGITS)]
  const isKnown = algorithm === 'sha1' || algorithm === 'sha256' || algorithm === 'sha512'
  if (url?.host !== 'totp' || key === null || !isKnown) return null
  if (!Number.isInteger(seconds) || seconds < 1 || !Number.isInteger(digits) || digits < 6 || digits > 10)
    return null
  return { key, seconds, digits, algorithm }
}

/** The code of one time step (RFC 6238 and RFC 4226, 5.3). */
export function codeOf({ key, digits, algorithm }: Totp, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(algorithm, key).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

export function stepAt({ seconds }: Totp, milliseconds: number): number {
  return Math.floor(milliseconds / 1000 / seconds)
}

/** RFC 4648, 6; padding may be left out. */
function fromBase32(text: string): Buffer | null {
  const clean = text.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase()
  if (clean === '' || !/^[A-Z2-7]+$/.test(clean)) return null
  const bits = [...clean].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return bytes.length === 0 ? null : Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}
