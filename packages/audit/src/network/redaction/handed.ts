import type { Secrets } from './secrets.ts'

/** What one origin hands to another in a login (OAuth 2.0, OpenID Connect, SAML, CAS). */
const HANDED = /^(?:code|ticket|assertion|(?:id_|access_)?token|saml\w*|wresult|state|nonce|code_challenge)$/i

/** Short ones are not told from other words of an address by their look. */
export function addHanded(secrets: Secrets, url: URL): void {
  for (const [name, value] of url.searchParams) if (HANDED.test(name)) secrets.add(name, value)
}
