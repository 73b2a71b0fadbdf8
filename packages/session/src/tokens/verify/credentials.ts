export type Scheme = 'Bearer' | 'DPoP'

/**
 * The token of an Authorization header under a scheme (RFC 6750 section 2.1, RFC 9449 section 7.1); null where it has none.
 * Tokens in addresses and forms are not looked at (ASVS 14.2.1). What it gives may be anything but a token.
 */
export function tokenOf(authorization: string | null | undefined, scheme: Scheme): string | null {
  const { length } = scheme
  if (authorization == null || authorization.length < length + 2 || authorization.charCodeAt(length) !== 0x20)
    return null
  const named = authorization.slice(0, length)
  // The scheme is in any case (RFC 9110 section 11.1), and nearly always in this one.
  return named === scheme || named.toLowerCase() === scheme.toLowerCase()
    ? authorization.slice(length + 1).trim()
    : null
}
