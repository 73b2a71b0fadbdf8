import type { ObservedCookie } from '../../evidence/evidence.ts'
import type { Answer } from '../../network/http.ts'
import { fingerprint } from '../../network/redaction/secrets.ts'

/**
 * Every cookie the site set, deletions left out. The same name with the same attributes and value in the same
 * phase is told once: forty answers that repeat it say nothing more.
 */
export function probeCookies(
  answers: readonly Answer[],
  setAside: (cookie: { readonly name: string; readonly exchange: number }) => boolean = () => false,
): readonly ObservedCookie[] {
  const seen = new Map<string, ObservedCookie>()
  for (const { cookies, phase, exchange } of answers) {
    for (const cookie of cookies) {
      if (cookie.deletion || setAside({ name: cookie.name, exchange })) continue
      const { name, attributes, domainIsPublicSuffix, widerThanHost, refusedByBrowsers } = cookie
      const value = fingerprint(cookie.value)
      // Two answers a second apart give the same Expires as two lifetimes.
      const lifetime =
        attributes.lifetimeSeconds === null ? null : Math.round(attributes.lifetimeSeconds / 60)
      const key = JSON.stringify([name, value, phase, { ...attributes, lifetimeSeconds: lifetime }])
      if (seen.has(key)) continue
      seen.set(key, {
        name,
        value,
        attributes,
        phase,
        exchange,
        domainIsPublicSuffix,
        widerThanHost,
        refusedByBrowsers,
      })
    }
  }
  return [...seen.values()]
}
