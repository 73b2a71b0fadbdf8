import { hostOf, isLoopback } from '../host.ts'

/** Clear-Site-Data, which browsers heed on trustworthy origins only. */
export function clearsCookies(url: URL, header: string | undefined): boolean {
  const trusted = url.protocol === 'https:' || isLoopback(hostOf(url))
  return trusted && /"(?:cookies|\*)"/.test(header ?? '')
}
