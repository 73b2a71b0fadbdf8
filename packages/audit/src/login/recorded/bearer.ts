import { AUTHORIZATION, type BrowserJar } from '../../network/cookies/jar.ts'
import type { Secrets } from '../../network/redaction/secrets.ts'

/** Sends a bearer token from now on; null for none. */
export function giveBearer(jar: BrowserJar, token: string | null, secrets: Secrets): void {
  if (token !== null) secrets.add(AUTHORIZATION, token)
  jar.bearer = token
}

/** Whether a jar holds anything that this address would be sent. */
export function opensAnything(jar: BrowserJar, url: URL): boolean {
  return jar.credentials(url).length > 0
}
