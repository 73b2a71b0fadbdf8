import { hostOf, isLoopback } from '../host.ts'

/** Clear-Site-Data, which browsers heed on trustworthy origins only. */
export function clearsCookies(headers: Readonly<Record<string, string>>, url: URL): boolean {
  const trusted = url.protocol === 'https:' || isLoopback(hostOf(url))
  return trusted && /"(?:cookies|\*)"/.test(headers['clear-site-data'] ?? '')
}
