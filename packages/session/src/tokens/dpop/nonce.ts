import { createHmac, timingSafeEqual } from 'node:crypto'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'

export interface NonceOptions {
  /** At least 32 bytes, random, and the same in all processes that share the work: `randomBytes(32)`, kept as base64url. */
  readonly secret: string
  /** For how long a nonce is handed out; it is good for up to twice as long. Default '2m'. */
  readonly lifetime?: Duration | undefined
}

/**
 * Nonces of the server's own making for proofs (RFC 9449 sections 8 and 9): the time, signed. So nothing has to be kept, and
 * a proof that was made in advance is good for nothing.
 */
export interface Nonces {
  /** Milliseconds for which one is good at the most. */
  readonly life: number
  make(now: number): string
  isGood(nonce: unknown, now: number): boolean
}

const leastSecret = 43
const timeBytes = 6
const macBytes = 16

/** @throws SessionError `config_invalid` */
export function createNonces(options: NonceOptions): Nonces {
  refuseUnknown('dpop.nonce', options, { secret: true, lifetime: true })
  const { secret } = options
  if (typeof secret !== 'string' || secret.length < leastSecret)
    throw new SessionError(
      'config_invalid',
      "dpop.nonce needs a secret of at least 32 random bytes. Write secret: randomBytes(32).toString('base64url'), once, and keep it.",
    )
  const lifetime = parseDuration(options.lifetime ?? '2m', 'lifetime')

  function nonceOf(window: number): string {
    const bytes = Buffer.alloc(timeBytes + macBytes)
    bytes.writeUIntBE(window, 0, timeBytes)
    const mac = createHmac('sha256', secret).update(`latchkey dpop nonce ${lifetime} ${window}`).digest()
    mac.copy(bytes, timeBytes, 0, macBytes)
    return bytes.toString('base64url')
  }

  return {
    // The window before, this one, and the next: another server's clock may be there already.
    life: 3 * lifetime,
    make: (now) => nonceOf(Math.floor(now / lifetime)),
    isGood(nonce, now) {
      if (typeof nonce !== 'string') return false
      const window = Math.floor(now / lifetime)
      return [window, window - 1, window + 1].some((each) => isSame(nonce, nonceOf(each)))
    },
  }
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
