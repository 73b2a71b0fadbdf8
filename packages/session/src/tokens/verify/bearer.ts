/**
 * The token of an Authorization header (RFC 6750 section 2.1); null where it has none. Tokens in addresses and forms are not
 * looked at (ASVS 14.2.1). What it gives may be anything but a token.
 */
export function bearerOf(authorization: string | null | undefined): string | null {
  if (authorization == null || authorization.length < 8 || authorization.charCodeAt(6) !== 0x20) return null
  const scheme = authorization.slice(0, 6)
  // The scheme is in any case (RFC 9110 section 11.1), and nearly always in this one.
  return scheme === 'Bearer' || scheme.toLowerCase() === 'bearer' ? authorization.slice(7).trim() : null
}
