import type { StoredCookie } from '../../options/recording/storage-state.ts'
import type { SeenCookie } from './set-cookie.ts'

/** The Set-Cookie header by which a cookie comes to be kept like this. */
export function asSetCookie(cookie: StoredCookie): string {
  const { name, value, domain, path, expires, httpOnly, secure, sameSite } = cookie
  return [
    `${name}=${value}`,
    `Path=${path}`,
    domain.startsWith('.') ? `Domain=${domain.slice(1)}` : '',
    expires > 0 ? `Expires=${new Date(expires * 1000).toUTCString()}` : '',
    httpOnly ? 'HttpOnly' : '',
    secure ? 'Secure' : '',
    sameSite === null ? '' : `SameSite=${sameSite}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** An address to which the cookie is sent. */
export function homeOf({ domain, path, secure }: StoredCookie): string {
  return `${secure ? 'https' : 'http'}://${domain.replace(/^\./, '')}${path}`
}

/** Two cookies of one key are one cookie. */
export function keyOf({ name, domain, path }: Pick<StoredCookie, 'name' | 'domain' | 'path'>): string {
  return JSON.stringify([name, domain, path])
}

/** The Set-Cookie header that a cookie came by, as it was understood. */
export function setCookieOf({ name, value, attributes }: SeenCookie): string {
  const { domain, path, lifetimeSeconds, httpOnly, secure, sameSite, partitioned } = attributes
  return [
    name === '' ? value : `${name}=${value}`,
    path === null ? '' : `Path=${path}`,
    domain === null ? '' : `Domain=${domain}`,
    lifetimeSeconds === null ? '' : `Max-Age=${lifetimeSeconds}`,
    httpOnly ? 'HttpOnly' : '',
    secure ? 'Secure' : '',
    sameSite === null ? '' : `SameSite=${sameSite}`,
    partitioned ? 'Partitioned' : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}
