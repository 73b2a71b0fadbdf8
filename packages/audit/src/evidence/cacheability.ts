import { orNull, text } from './shape.ts'

/** What an answer says to caches. */
export interface CacheHeaders {
  readonly cacheControl: string | null
  /** CDN-Cache-Control (RFC 9213): what a CDN heeds in place of Cache-Control. */
  readonly cdnCacheControl: string | null
  readonly expires: string | null
  readonly date: string | null
  readonly vary: string | null
  readonly age: string | null
  /** What caches on the way said of it (`X-Cache: HIT`). */
  readonly cacheStatus: string | null
}

export const cacheHeadersShape = {
  cacheControl: orNull(text),
  cdnCacheControl: orNull(text),
  expires: orNull(text),
  date: orNull(text),
  vary: orNull(text),
  age: orNull(text),
  cacheStatus: orNull(text),
}

/** `allowed`: it says so. `unsaid`: each cache decides; none of the usual keeps an answer that sets a cookie. */
export type Sharing = 'allowed' | 'unsaid' | 'forbidden'

export function cacheHeadersOf(headers: Readonly<Record<string, string>>): CacheHeaders {
  return {
    cacheControl: headers['cache-control'] ?? null,
    cdnCacheControl: headers['cdn-cache-control'] ?? null,
    expires: headers.expires ?? null,
    date: headers.date ?? null,
    vary: headers.vary ?? null,
    age: headers.age ?? null,
    cacheStatus: headers['cache-status'] ?? headers['cf-cache-status'] ?? headers['x-cache'] ?? null,
  }
}

/** Whether caches that several people share may keep an answer, and give it to others (RFC 9111, 3). */
export function sharingOf({ cacheControl, cdnCacheControl, expires, date, vary }: CacheHeaders): Sharing {
  if (vary?.includes('*')) return 'forbidden'
  const own = sharedBy(directivesOf(cacheControl))
  const cdn = cdnCacheControl === null ? 'unsaid' : sharedBy(directivesOf(cdnCacheControl))
  if (own === 'allowed' || cdn === 'allowed') return 'allowed'
  if (own === 'forbidden') return 'forbidden'
  // A lifetime in Cache-Control wins over Expires.
  if (expires === null || /(?:^|[\s,])(?:s-)?max-?age=/i.test(cacheControl ?? '')) return own
  return Date.parse(expires) > (date === null ? Number.NaN : Date.parse(date)) ? 'allowed' : 'forbidden'
}

/** Whether the same is kept for those who send the same cookies, so that nobody is given another's. */
export function variesByCookie({ vary }: Pick<CacheHeaders, 'vary'>): boolean {
  return (vary ?? '').split(',').some((name) => name.trim().toLowerCase() === 'cookie')
}

/** Whether a cache on the way says that it had the answer. */
export function isFromCache({ age, cacheStatus }: Pick<CacheHeaders, 'age' | 'cacheStatus'>): boolean {
  return Number(age) > 0 || /\bhit\b/i.test(cacheStatus ?? '')
}

function sharedBy(directives: readonly string[]): Sharing {
  if (directives.some((one) => /^(?:no-store|no-cache|private)$/.test(one))) return 'forbidden'
  const shared = directives.find((one) => one.startsWith('s-maxage='))
  if (shared !== undefined) return /=[1-9]/.test(shared) ? 'allowed' : 'forbidden'
  const lifetime = directives.find((one) => one.startsWith('max-age='))
  if (lifetime !== undefined) return /=[1-9]/.test(lifetime) ? 'allowed' : 'forbidden'
  return directives.includes('public') ? 'allowed' : 'unsaid'
}

/** `no-cache="set-cookie"` keeps that header from being stored, and no more is asked of it here. */
function directivesOf(header: string | null): readonly string[] {
  return (header ?? '')
    .toLowerCase()
    .replace(/(no-cache|private)\s*=\s*"[^"]*set-cookie[^"]*"/g, '$1')
    .replaceAll(/"/g, '')
    .split(',')
    .map((directive) => directive.trim().replace(/\s*=\s*/, '='))
}
