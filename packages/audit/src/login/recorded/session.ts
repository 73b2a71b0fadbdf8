import { type BrowserJar, readCookieHeader } from '../../network/cookies/jar.ts'
import type { Secrets } from '../../network/redaction/secrets.ts'
import { AuditError } from '../../options/errors.ts'
import type { RequestsRecording } from '../../options/recording/requests.ts'
import { giveBearer, opensAnything } from './bearer.ts'

/** The session that recorded requests carried, the last one's. Throws AuditError `sign_in_failed` where none did. */
export function fillFromRequests(
  jar: BrowserJar,
  { requests, from }: RequestsRecording,
  start: URL,
  secrets: Secrets,
): void {
  const ours = requests.filter(({ url }) => url.origin === start.origin)
  const last = ours.findLast(({ headers }) => headers.has('cookie') || headers.has('authorization'))
  fillFromHeaders(jar, last?.headers ?? new Map(), start, secrets)
  if (opensAnything(jar, start)) return
  const advice = from === 'HAR' ? '; a browser leaves cookies out unless it exports with sensitive data' : ''
  throw new AuditError(
    'sign_in_failed',
    `the ${from} holds neither a login nor a session of ${start.origin}${advice}`,
  )
}

/** Cookies and the bearer token of request headers. */
export function fillFromHeaders(
  jar: BrowserJar,
  headers: ReadonlyMap<string, string>,
  start: URL,
  secrets: Secrets,
): void {
  for (const { name, value } of readCookieHeader(headers.get('cookie') ?? '')) {
    secrets.add(name, value)
    jar.plant(start, name, value, { domain: null, path: '/' })
  }
  const token = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1]
  if (token !== undefined) giveBearer(jar, token, secrets)
}
