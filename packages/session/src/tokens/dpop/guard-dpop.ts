import { SessionError } from '../../errors.ts'
import { createDpop, type Dpop, type DpopOptions } from './dpop.ts'

/** `allowed`: tokens that are bound to a key need proofs, and others none. `required`: only bound tokens are let in. */
export type DpopMode = 'allowed' | 'required'

/** How a guard looks for proofs of possession (RFC 9449 section 7). */
export interface GuardDpopOptions extends DpopOptions {
  readonly mode: DpopMode
  /**
   * What clients put before the path of a request: `'https://api.example.com'`. Proofs name the whole address (`htu`), and
   * where a proxy ends TLS or takes a part off the path, this server sees another. Default: the request's own, whose host
   * is what the client says.
   */
  readonly url?: string | undefined
}

/** What a guard asks of proofs. */
export interface Possession {
  readonly mode: DpopMode
  readonly dpop: Dpop
  /** The address of a request as its client knows it. */
  publicUrl(url: string): string
}

/**
 * Null for a guard that looks for no proofs.
 * @throws SessionError `config_invalid`
 */
export function possessionOf(
  options: DpopMode | GuardDpopOptions | undefined,
  now: () => number,
): Possession | null {
  if (options === undefined) return null
  const { mode, url, ...rest } = typeof options === 'object' && options !== null ? options : { mode: options }
  if (mode !== 'allowed' && mode !== 'required')
    throw new SessionError(
      'config_invalid',
      "createTokenGuard: dpop must be 'allowed' or 'required', or an object with such a mode. Write dpop: 'required'.",
    )
  const before = url === undefined ? null : prefixOf(url)
  return {
    mode,
    dpop: createDpop(rest, now),
    publicUrl(url) {
      if (before === null) return url
      const path = URL.parse(url)?.pathname
      return path === undefined ? url : before + path
    },
  }
}

function prefixOf(text: string): string {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password)
    return url.href.replace(/\/$/, '')
  throw new SessionError(
    'config_invalid',
    "createTokenGuard: dpop.url must be what comes before the path of every request. Write url: 'https://api.example.com'.",
  )
}
