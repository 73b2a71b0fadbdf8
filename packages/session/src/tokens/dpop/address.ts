/**
 * The address that a proof is for (`htu`), as it is compared: without query and fragment, scheme and host in small
 * letters, without the scheme's own port, dots resolved (RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3). Paths
 * keep their case, their %-forms and a slash at the end, as they do elsewhere. Null for what is no address of a web server.
 */
export function comparable(address: unknown): string | null {
  // A parser of browsers mends more than this: spaces around it, and backslashes.
  if (typeof address !== 'string' || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(address)) return null
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '') return null
  return url.origin + url.pathname
}
