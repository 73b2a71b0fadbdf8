import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Secrets } from '../../network/redaction/secrets.ts'

const NAME = 'Authorization'

/** Sends a bearer token from now on; null for none. */
export function giveBearer(jar: BrowserJar, token: string | null, secrets: Secrets): void {
  if (token !== null) secrets.add(NAME, token)
  jar.token = token === null ? null : { kind: 'header', name: NAME, value: token, scheme: 'Bearer' }
}

/** Whether a jar holds anything that this address would be sent. */
export function opensAnything(jar: BrowserJar, url: URL): boolean {
  return jar.credentials(url).length > 0
}
