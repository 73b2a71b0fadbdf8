import type { Answer } from './http.ts'

/**
 * The schemes of HTTP authentication that an answer asks for, in lower case (RFC 9110, 11.6.1); none when it does not
 * ask. A scheme stands alone or before a space, a parameter before its equals sign.
 */
export function schemesAskedFor({ status, headers }: Pick<Answer, 'status' | 'headers'>): string[] {
  if (status !== 401) return []
  const unquoted = (headers['www-authenticate'] ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '""')
  return [...unquoted.matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[^=\s]|\s*,|\s*$)/g)].map(([, scheme = '']) =>
    scheme.toLowerCase(),
  )
}

/** The credentials of Basic, in UTF-8, as browsers send them (RFC 7617). */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
