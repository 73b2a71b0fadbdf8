import { createFollowed, type Fetched, type Followed } from '../keys/followed.ts'
import { type KeySet, readPublishedKeys, succeeded } from '../keys/key-set.ts'
import { TokenError } from '../token-error.ts'

const seconds = 1000
/** How long fetched keys are fresh: what their Cache-Control says, between these; five minutes where it says nothing. */
const fresh = { least: 10 * seconds, usual: 300 * seconds, most: 3600 * seconds }
/** How long they are good while the issuer does not answer. */
const staleFor = 86_400 * seconds
/** After a fetch, for a key that is not there or after a failure: unknown keys cost the issuer six requests a minute. */
const pause = 10 * seconds
const mostBytes = 262_144

export interface RemoteOptions {
  now(): number
  /** Hears of failures, once a minute. */
  readonly warn?: ((message: string) => void) | undefined
  /** Milliseconds until a fetch has failed. */
  readonly patience?: number
}

/** The keys that an issuer publishes, by one request at a time. */
export function followJwks(url: URL, { now, warn, patience = 5000 }: RemoteOptions): Followed<KeySet> {
  let etag: string | null = null

  async function load(before: KeySet | null): Promise<Fetched<KeySet>> {
    const headers: Record<string, string> = { accept: 'application/json, application/jwk-set+json' }
    if (before && etag !== null) headers['if-none-match'] = etag
    try {
      const signal = AbortSignal.timeout(patience)
      // A redirect could lead to whom nobody has named.
      const response = await fetch(url, { headers, redirect: 'error', signal })
      if (response.status === 304 && before) return { value: before, freshFor: freshFor(response) }
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new Error(`it answered ${response.status}`)
      }
      const set = readPublishedKeys(JSON.parse(await boundedText(response)))
      if (set.keys.length === 0) throw new Error('there is no key for signatures in it')
      etag = response.headers.get('etag')
      return { value: succeeded(before, set), freshFor: freshFor(response) }
    } catch (cause) {
      const place = url.origin + url.pathname
      throw new TokenError('keys_unavailable', `The keys at ${place} cannot be had: ${reasonOf(cause)}.`, {
        cause,
      })
    }
  }

  return createFollowed({ load, now, pause, staleFor, warn })
}

/** RFC 9111 section 4.2.1, within bounds. */
function freshFor({ headers }: Response): number {
  const control = headers.get('cache-control') ?? ''
  if (/\bno-(store|cache)\b/i.test(control)) return fresh.least
  const [, maxAge] = /\bmax-age="?(\d+)/i.exec(control) ?? []
  if (maxAge === undefined) return fresh.usual
  const age = Number(headers.get('age') ?? 0) || 0
  return Math.min(fresh.most, Math.max(fresh.least, (Number(maxAge) - age) * seconds))
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  if (error instanceof SyntaxError) return 'it is no JSON'
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
