import type { BrowserJar } from '../../network/cookies/jar.ts'
import { hostOf } from '../../network/host.ts'
import type { Secrets } from '../../network/redaction/secrets.ts'
import { AuditError } from '../../options/errors.ts'
import type { StorageRecording } from '../../options/recording/storage-state.ts'
import { giveBearer } from './bearer.ts'
import { tokenIn } from './stored-token.ts'

/** Puts what of a storage state is the site's into a jar. Throws AuditError `sign_in_failed` where nothing is. */
export function fillFromStorage(
  jar: BrowserJar,
  { cookies, items }: StorageRecording,
  start: URL,
  secrets: Secrets,
): void {
  for (const { name, value } of [...cookies, ...items]) secrets.add(name, value)
  const now = Date.now() / 1000
  const host = hostOf(start)
  const ours = cookies.filter(({ domain }) => covers(domain.toLowerCase(), host))
  const fresh = ours.filter(({ expires }) => expires === -1 || expires > now)
  jar.adopt(fresh)
  const token = tokenIn(items.filter(({ origin }) => origin === start.origin))
  giveBearer(jar, token, secrets)
  if (token !== null || fresh.length > 0) return
  const why =
    ours.length > 0 ? 'has expired' : cookies.length + items.length > 0 ? 'is of another site' : 'is missing'
  throw new AuditError(
    'sign_in_failed',
    `what the storage state holds for ${start.origin} ${why}: sign in again and save a new one`,
  )
}

function covers(domain: string, host: string): boolean {
  const bare = domain.replace(/^\./, '')
  return bare === host || (domain.startsWith('.') && host.endsWith(domain))
}
